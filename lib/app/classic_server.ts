import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { SourceFile } from "../disk/source_file.ts";
import type { Connection } from "../net/connection.ts";
import { Admission } from "./admission.ts";
import type { Throttle } from "./throttle.ts";
import { sendFile } from "./transfer.ts";
import type { AppContext, TransferSnapshot } from "./types.ts";

/** Downloaders that may wait for their turn; they cost a socket each and nothing else. */
const MOST_WAITING = 1_000;

/** What a {@linkcode ClassicServer} sends, and how. */
export interface ClassicServerOptions {
  /** The name of the share, for the log. */
  readonly name: string;
  readonly source: SourceFile;
  /** Transfers at the same time; more wait for their turn. */
  readonly maxTransfers: number;
  /** Limits of rate, all of which hold. */
  readonly up: readonly Throttle[];
  /** The file is no longer what was registered; `problem` says how. */
  readonly onChanged: (problem: string) => void;
}

/** Sends one file to downloaders of the original, any number at once. */
export class ClassicServer {
  readonly #options: ClassicServerOptions;
  readonly #context: AppContext;
  readonly #admission: Admission;
  readonly #transfers = new Map<number, TransferSnapshot>();
  readonly #stopping = new AbortController();
  #nextId = 1;
  #completed = 0;
  #failed = 0;
  #uploaded = 0;

  constructor(options: ClassicServerOptions, context: AppContext) {
    this.#options = options;
    this.#context = context;
    this.#admission = new Admission(options.maxTransfers, MOST_WAITING);
  }

  /** Transfers that reached their end, and those that did not. */
  get completed(): number {
    return this.#completed;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Bytes of file content sent. */
  get uploaded(): number {
    return this.#uploaded;
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  get active(): readonly TransferSnapshot[] {
    return [...this.#transfers.values()];
  }

  /** Lets nobody begin any more; transfers that run go on. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Serves one downloader; what goes wrong is logged and counted. */
  async serve(connection: Connection): Promise<void> {
    const { name, source, up, onChanged } = this.#options;
    const id = this.#nextId++;
    const { log, clock } = this.#context;
    const label = `transfer ${id} of "${printable(name)}" to ${connection.remoteHost}`;
    try {
      using place = await this.#admission.enter(this.#stopping.signal);
      if (!place) return log("warn", `${label}: turned away, too many are waiting`);
      await sendFile(source, connection, {
        clock,
        onProgress: (to, sent, added) => {
          this.#uploaded += added;
          this.#transfers.set(id, { id, to, sent, total: source.digest.size });
        },
        log: (level, message) => log(level, `${label}: ${message}`),
        onChanged,
        throttles: up,
      });
      this.#completed++;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failed++;
      log("debug", `${label}: ${messageOf(error)}`);
    } finally {
      this.#transfers.delete(id);
    }
  }
}
