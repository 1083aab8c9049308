import { commandOf, startTracker } from "../../support/programs.ts";
import type { Address, Download, DownloadOptions, Seed } from "./agent.ts";
import { freePort } from "./free_port.ts";
import { JsonChild } from "./json_child.ts";

/** A share of ours, as it tells of itself. */
export interface OurShare extends Seed {
  /** Path of its `.torrent`. */
  readonly torrent: string;
  readonly v1: string;
  readonly v2: string;
  readonly magnet: string;
}

/** A download of ours, whose swarm can be watched. */
export interface OurDownload extends Download {
  /** Waits until every piece is somewhere beside a seed: here, or with those that it is connected to. */
  spread(): Promise<void>;
}

/** What to share. */
export interface ShareOptions {
  readonly path: string;
  /** Where its `.torrent` goes. */
  readonly torrent: string;
  /** As the command line takes it. */
  readonly upLimit?: string;
  /** URL of a tracker to announce to, beside ours. */
  readonly tracker?: string;
}

/** How our peer takes part. */
export interface OursOptions {
  /** Default: as it comes, off. */
  readonly encryption?: "off" | "prefer" | "require";
}

/** The peer under test, and a tracker of ours that it needs. It ends all that it started when disposed of. */
export class Ours implements AsyncDisposable {
  readonly #started: AsyncDisposableStack;
  readonly #flags: readonly string[];

  private constructor(started: AsyncDisposableStack, flags: readonly string[]) {
    this.#started = started;
    this.#flags = flags;
  }

  static async open({ encryption }: OursOptions = {}): Promise<Ours> {
    await using stack = new AsyncDisposableStack();
    const { port } = stack.use(await startTracker());
    const flags = ["--tracker", `127.0.0.1:${port}`];
    if (encryption) flags.push("--encryption", encryption);
    return new Ours(stack.move(), flags);
  }

  /** Resolves when it serves. */
  async share({ path, torrent, upLimit, tracker }: ShareOptions): Promise<OurShare> {
    const more = [...flag("--up-limit", upLimit), ...flag("--tracker", tracker)];
    const child = this.#start("seed", path, "--torrent-out", torrent, ...more);
    const { v1, v2, magnet, port } = await child.event<
      { v1: string; v2: string; magnet: string; port: number }
    >("share");
    return Object.assign(child, { address: { host: "127.0.0.1", port }, torrent, v1, v2, magnet });
  }

  /** Resolves when others can connect. It goes on seeding. */
  async download({ what, into, peers, tracker }: DownloadOptions): Promise<OurDownload> {
    const port = freePort();
    const child = this.#start(
      "download",
      what,
      `${into}/`,
      "--seed",
      "--port",
      `${port}`,
      ...peers.flatMap((peer) => flag("--peer", written(peer))),
      ...flag("--tracker", tracker),
    );
    const done = child.event("complete").then(() => {});
    done.catch(() => {});
    const address = { host: "127.0.0.1", port };
    await child.event("progress");
    const spread = async () => {
      // The seed counts as one copy; it is let go once we are complete.
      await child.event(
        "progress",
        ({ availability, phase }) =>
          Number(availability) >= 2 || phase === "finishing" || phase === "seeding",
      );
    };
    return Object.assign(child, { address, done, spread });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  #start(...args: string[]): JsonChild {
    const [command, before] = commandOf("peer");
    const all = [...before, ...args, ...this.#flags, "--json", "--log-level", "debug"];
    return this.#started.use(new JsonChild(command, all, { key: "type" }));
  }
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

function written({ host, port }: Address): string {
  return `${host}:${port}`;
}
