import { basename, resolve } from "node:path";
import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { SourceFile } from "../disk/source_file.ts";
import { Connection } from "../net/connection.ts";
import { listen, type Listening } from "../net/listen.ts";
import { Admission } from "./admission.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { interrupted } from "./interrupted.ts";
import { checkName } from "./list.ts";
import { Registration } from "./registration.ts";
import { sendFile } from "./transfer.ts";
import type {
  AppContext,
  RunningShare,
  SeedOptions,
  ShareSnapshot,
  TransferSnapshot,
} from "./types.ts";

/** Downloaders that may wait for their turn; they cost a socket each and nothing else. */
const MOST_WAITING = 1_000;

/** A free TCP port of this machine, as it is at this moment. */
export function freePort(): number {
  using listening = listen({ port: 0 });
  return listening.port;
}

/**
 * Shares a file: reads it once, listens, registers it with the trackers, and serves classic
 * downloaders until it is stopped.
 *
 * @throws {AppError} `file_open`, `file_read`, `invalid_input` (its name), `bind`; and when no
 * tracker takes it, the first one's error; `interrupted` by the signal.
 */
export async function startShare(
  options: SeedOptions,
  context: AppContext,
): Promise<RunningShare> {
  const name = checkName(basename(resolve(options.path)));
  const source = await readSource(options, context);
  const listening = listenFor(options);
  const share = new Share(name, source, listening, options, context);
  try {
    await share.register(context.signal);
    return share;
  } catch (error) {
    await share.stop(0);
    if (context.signal?.aborted) throw interrupted("Nothing is shared.");
    throw error;
  }
}

async function readSource(options: SeedOptions, context: AppContext): Promise<SourceFile> {
  try {
    const onHash = options.onHash ?? (() => {});
    return await SourceFile.register(resolve(options.path), onHash, context.signal);
  } catch (error) {
    if (context.signal?.aborted) throw interrupted("Nothing is shared.");
    throw fromDisk(error);
  }
}

function listenFor(options: SeedOptions): Listening {
  try {
    return listen({ host: options.host, port: options.port ?? 0 });
  } catch (error) {
    throw new AppError(
      "bind",
      `Cannot serve from that port: ${
        messageOf(error)
      }. Choose another --port, or none for a free one.`,
      { cause: error },
    );
  }
}

class Share implements RunningShare {
  readonly #name: string;
  readonly #source: SourceFile;
  readonly #listening: Listening;
  readonly #context: AppContext;
  readonly #admission: Admission;
  readonly #registrations: readonly Registration[];
  readonly #transfers = new Map<number, TransferSnapshot>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  #nextId = 1;
  #completed = 0;
  #failed = 0;
  #uploaded = 0;
  #problem: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    name: string,
    source: SourceFile,
    listening: Listening,
    options: SeedOptions,
    context: AppContext,
  ) {
    this.#name = name;
    this.#source = source;
    this.#listening = listening;
    this.#context = context;
    this.#admission = new Admission(options.maxConnections, MOST_WAITING);
    this.#registrations = options.trackers.map((tracker) =>
      new Registration(tracker, name, listening.port, context.log)
    );
    this.#keep(listening.accept(
      (conn) => this.#keep(this.#serve(conn)),
      (error) => context.log("error", `a connection could not be taken: ${messageOf(error)}`),
    ));
  }

  /** Registers with every tracker, and goes on renewing. @throws when none takes it. */
  async register(signal?: AbortSignal): Promise<void> {
    const both = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    const errors = await Promise.all(this.#registrations.map((one) => one.tryOnce(both)));
    const failures = errors.filter((error) => error !== undefined);
    if (failures.length > 0 && failures.length === errors.length) throw failures[0];
    for (const failure of failures) this.#context.log("warn", messageOf(failure));
    for (const one of this.#registrations) this.#keep(one.keep(this.#stopping.signal));
  }

  snapshot(): ShareSnapshot {
    return {
      name: this.#name,
      path: this.#source.path,
      ...this.#source.digest,
      port: this.#listening.port,
      trackers: this.#registrations.map((one) => one.state),
      active: [...this.#transfers.values()],
      waiting: this.#admission.waiting,
      completed: this.#completed,
      failed: this.#failed,
      uploaded: this.#uploaded,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  stop(graceMs: number): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    this.#listening.close();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all(this.#running);
    clearTimeout(timer);
  }

  /** Remembers what runs, so that a stop can wait for it. */
  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    using connection = new Connection(conn, this.#abort.signal);
    const id = this.#nextId++;
    const { log } = this.#context;
    const label = `transfer ${id} of "${printable(this.#name)}" to ${connection.remoteHost}`;
    try {
      using place = await this.#admission.enter(this.#stopping.signal);
      if (!place) return log("warn", `${label}: turned away, too many are waiting`);
      await sendFile(this.#source, connection, {
        clock: this.#context.clock,
        onProgress: (to, sent, added) => {
          this.#uploaded += added;
          this.#transfers.set(id, { id, to, sent, total: this.#source.digest.size });
        },
        log: (level, message) => log(level, `${label}: ${message}`),
        onChanged: (problem) => this.#problem = problem,
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
