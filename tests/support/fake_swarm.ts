import { AppError } from "../../lib/app/errors.ts";
import type { swarmDownload } from "../../lib/app/swarm_download.ts";
import type { SwarmDownloadOptions, SwarmDownloadResult } from "../../lib/app/swarm_types.ts";
import { infoHash } from "../../lib/base/ids.ts";

/** A download that does what the test says. */
export class FakeDownload {
  #begun: SwarmDownloadOptions | undefined;
  readonly #end = Promise.withResolvers<SwarmDownloadResult>();

  /** What it was begun with. */
  get options(): SwarmDownloadOptions {
    if (!this.#begun) throw new Error("the download was not begun");
    return this.#begun;
  }

  /** Kept once all that follows from its end has happened. */
  get over(): Promise<void> {
    return this.#end.promise.then(() => {}, () => {})
      .then(() => new Promise((resolve) => setTimeout(resolve, 0)));
  }

  /** Everything arrives. */
  complete(): void {
    this.options.onComplete?.(resultOf(this.options.name ?? ""));
  }

  fail(error: Error): void {
    this.#end.reject(error);
  }

  readonly run: typeof swarmDownload = async (options, { signal }) => {
    this.#begun = options;
    const stop = () => this.fail(new AppError("interrupted", "Stopped by the test."));
    signal?.addEventListener("abort", stop, { once: true });
    return await this.#end.promise;
  };
}

/** Downloads that do what the test says, in the order in which `next` made them. */
export class FakeSwarm {
  readonly #prepared: FakeDownload[] = [];

  /** The download that will be begun next. */
  next(): FakeDownload {
    const download = new FakeDownload();
    this.#prepared.push(download);
    return download;
  }

  /** What to begin a download with. */
  options(name: string): SwarmDownloadOptions {
    return {
      v1: infoHash("11".repeat(20))!,
      name,
      peers: [],
      trackers: [],
      tiers: [],
      force: false,
      maxConnections: 9,
    };
  }

  readonly run: typeof swarmDownload = (options, context) => {
    const download = this.#prepared.shift() ?? new FakeDownload();
    return download.run(options, context);
  };
}

function resultOf(name: string): SwarmDownloadResult {
  return {
    name,
    path: `/in/${name}`,
    size: 5,
    files: 1,
    single: true,
    sha256: "ab".repeat(32),
    elapsedMs: 1000,
    peers: 1,
    downloaded: 5,
    wasted: 0,
    uploaded: 0,
  };
}
