import { freePort } from "./free_port.ts";
import { PATIENCE_MS, succeeds } from "./child.ts";
import { temporaryFolder } from "../../support/programs.ts";

/** Why no Redis server can be started here. */
export const noRedis: string | undefined = succeeds("redis-server", "--version")
  ? undefined
  : "redis-server is not installed";

/** For tests that use ioredis here: it lets some timers run out after it closed a connection. */
export const IOREDIS = { sanitizeOps: false, sanitizeResources: false } as const;

/** A Redis server of the test's own, on a free port of loopback, with a folder of its own. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly #folder: { readonly path: string } & AsyncDisposable;
  readonly #settings: readonly string[];
  #child: Deno.ChildProcess | undefined;

  private constructor(
    folder: { readonly path: string } & AsyncDisposable,
    settings: readonly string[],
  ) {
    this.#folder = folder;
    this.#settings = settings;
    this.port = freePort();
    this.url = `redis://127.0.0.1:${this.port}`;
  }

  /** @param settings More of them, as on its command line. */
  static async start(...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer(await temporaryFolder(), settings);
    await server.start();
    return server;
  }

  /** Starts it, for the first time or again; resolves once it answers. */
  async start(): Promise<void> {
    const own = ["--bind", "127.0.0.1", "--port", `${this.port}`, "--dir", this.#folder.path];
    const kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
    const options = { stdin: "null", stdout: "null", stderr: "null" } as const;
    const args = [...own, ...kept, ...this.#settings];
    this.#child = new Deno.Command("redis-server", { args, ...options }).spawn();
    const deadline = performance.now() + PATIENCE_MS;
    while (!/PONG|NOAUTH/.test(await this.command("PING"))) {
      if (performance.now() > deadline) throw new Error("redis-server does not answer");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = undefined;
  }

  /** Stops or continues the process: it answers nobody in between, and no connection is closed. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  /** Removes what it keeps; it does not run. */
  async forget(): Promise<void> {
    for await (const { name } of Deno.readDir(this.#folder.path)) {
      await Deno.remove(`${this.#folder.path}/${name}`, { recursive: true });
    }
  }

  /** Runs a command. @returns What it answers, or why it does not. */
  async command(...args: string[]): Promise<string> {
    const { stdout, stderr } = await new Deno.Command("redis-cli", {
      args: ["-p", `${this.port}`, ...args],
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }
}
