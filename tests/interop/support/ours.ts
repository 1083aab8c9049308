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

/** What to share. */
export interface ShareOptions {
  readonly path: string;
  /** Where its `.torrent` goes. */
  readonly torrent: string;
  /** As the command line takes it. */
  readonly upLimit?: string;
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
  async share({ path, torrent, upLimit }: ShareOptions): Promise<OurShare> {
    const child = this.#start("seed", path, "--torrent-out", torrent, ...upFlags(upLimit));
    const { v1, v2, magnet, port } = await child.event<
      { v1: string; v2: string; magnet: string; port: number }
    >("share");
    return Object.assign(child, { address: { host: "127.0.0.1", port }, torrent, v1, v2, magnet });
  }

  /** Resolves when others can connect. It goes on seeding. */
  async download({ what, into, peers }: Omit<DownloadOptions, "tracker">): Promise<Download> {
    const port = freePort();
    const child = this.#start(
      "download",
      what,
      `${into}/`,
      "--seed",
      "--port",
      `${port}`,
      ...peers.flatMap((peer) => ["--peer", written(peer)]),
    );
    const done = child.event("progress", ({ phase }) => phase === "seeding").then(() => {});
    done.catch(() => {});
    const address = { host: "127.0.0.1", port };
    await child.event("progress");
    return Object.assign(child, { address, done });
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

function upFlags(upLimit: string | undefined): string[] {
  return upLimit === undefined ? [] : ["--up-limit", upLimit];
}

function written({ host, port }: Address): string {
  return `${host}:${port}`;
}
