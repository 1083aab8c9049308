import type { Log } from "../base/log.ts";
import type { DiskError } from "../disk/errors.ts";

/** Tells once that the disk holds a download up, however often it is tried again, and when it is over. */
export class DiskPause {
  readonly #log: Log;
  #problem: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What the disk failed at last; undefined once something was written. */
  get problem(): string | undefined {
    return this.#problem;
  }

  failed({ message }: DiskError): void {
    const paused = this.#problem !== undefined;
    this.#problem = message;
    if (!paused) this.#log("warn", `${message}; it waits and tries again by itself`);
  }

  /** Something was written. */
  succeeded(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#log("info", "the disk takes data again; going on");
  }
}
