import type { Log } from "../base/log.ts";
import type { DiskError } from "../disk/errors.ts";

/**
 * Tells once that the disk holds a download up, however often it is tried again, and when that is
 * over; and once what is wrong with a file that holds nothing up.
 */
export class DiskPause {
  readonly #log: Log;
  #problem: string | undefined;
  #told: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What could not be written at last; undefined once something was. */
  get problem(): string | undefined {
    return this.#problem;
  }

  failed({ code, message }: DiskError): void {
    if (code === "read" || code === "changed" || code === "exists") {
      const what = code === "exists" ? "the others go on" : "it is not served";
      if (message !== this.#told) this.#log("error", `${message}; ${what}`);
      this.#told = message;
      return;
    }
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
