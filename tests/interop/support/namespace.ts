import type { Address } from "./agent.ts";
import { Child, succeeds } from "./child.ts";

/** Networks of four addresses are taken from 10.213.0.0/16. */
const NETWORKS = 1 << 14;

/**
 * A network namespace with nothing in it but loopback and a cable to this machine's own namespace.
 * It has no name: a process holds it, and when that ends, because of its disposal or because the
 * test is gone, the kernel removes the namespace and the cable.
 */
export class Namespace implements AsyncDisposable {
  /** The machine, as programs in here reach it. */
  readonly outside: string;
  /** What is in here, as the machine reaches it. */
  readonly inside: string;
  readonly #keeper: Child;

  private constructor(keeper: Child, network: number) {
    const prefix = `10.213.${network >> 6}.${(network & 63) << 2}`;
    this.outside = prefix.replace(/\d+$/, (last) => String(Number(last) + 1));
    this.inside = prefix.replace(/\d+$/, (last) => String(Number(last) + 2));
    this.#keeper = keeper;
  }

  /** Why none can be made here. */
  static missing(): string | undefined {
    if (Deno.build.os !== "linux") return "only Linux has network namespaces";
    if (Deno.uid() !== 0) return "only root can make network namespaces";
    if (!succeeds("unshare", "--net", "nsenter", "--version")) return "no namespace can be made";
    if (!succeeds("ip", "-Version")) return "ip (iproute2) is not installed";
    const made = succeeds("unshare", "--net", "ip", "link", "add", "type", "veth");
    return made ? undefined : "no cable between namespaces can be made";
  }

  static async open(): Promise<Namespace> {
    const network = await freeNetwork();
    const keeper = new Child("unshare", ["--net", "sh", "-c", "echo here; exec cat >/dev/null"], {
      end: (input) => input.close(),
    });
    await keeper.line(/^here$/);
    const place = new Namespace(keeper, network);
    const [ours, theirs] = [`mt${network}o`, `mt${network}i`];
    const { outside, inside } = place;
    const within = (...args: string[]) => run(...place.command("ip", ...args));
    await run(
      "ip",
      "link",
      "add",
      ours,
      "type",
      "veth",
      "peer",
      "name",
      theirs,
      "netns",
      `${keeper.pid}`,
    );
    await run("ip", "address", "add", `${outside}/30`, "dev", ours);
    await run("ip", "link", "set", ours, "up");
    await within("address", "add", `${inside}/30`, "dev", theirs);
    await within("link", "set", theirs, "up");
    await within("link", "set", "lo", "up");
    // Some programs look for a way to the Internet before they dial anybody: it ends here.
    await within("route", "add", "default", "dev", "lo", "src", inside);
    return place;
  }

  /** The command that runs another one in here. */
  command(...command: readonly string[]): [string, ...string[]] {
    return ["nsenter", `--net=/proc/${this.#keeper.pid}/ns/net`, ...command];
  }

  /** An address as it is reached from in here. */
  fromInside({ host, port }: Address): Address {
    return { host: host === "127.0.0.1" ? this.outside : host, port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }
}

/** A network that no interface of this machine is in. */
async function freeNetwork(): Promise<number> {
  const taken = await run("ip", "-oneline", "link");
  for (;;) {
    const network = Math.floor(Math.random() * NETWORKS);
    if (!taken.includes(` mt${network}o`)) return network;
  }
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
