import { type RegistryStore, type SavedBatch, StoreError } from "../tracker/store.ts";
import {
  SQLITE_WORKER_NAME,
  type SqliteAnswer,
  type SqliteFigures,
  type SqliteRequest,
} from "./sqlite_worker.ts";

type Done = Extract<SqliteAnswer, { kind: "done" }>;

/**
 * A registry's store in an SQLite file, at work on a thread of its own: SQLite blocks while the disk
 * syncs, which may take a tenth of a second, and nobody who announces is to wait for that.
 */
export class SqliteThread implements RegistryStore {
  readonly place: string;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Done>[] = [];
  readonly #ready = Promise.withResolvers<void>();
  #figures: SqliteFigures = { records: 0, newest: 0, savedAt: undefined };
  #ended: StoreError | undefined;

  /**
   * Opens a file, as `SqliteStore` does.
   *
   * @throws {StoreError} `unavailable`, `in_use`, `foreign`, `damaged` or `newer`.
   */
  static async open(path: string): Promise<SqliteThread> {
    const thread = new SqliteThread(path);
    try {
      await thread.#ready.promise;
      await thread.#ask({ kind: "open", path });
      return thread;
    } catch (error) {
      thread.#end("it was not opened");
      throw error;
    }
  }

  private constructor(path: string) {
    this.place = path;
    this.#worker = new Worker(new URL("./sqlite_worker.ts", import.meta.url).href, {
      type: "module",
      name: SQLITE_WORKER_NAME,
    });
    this.#worker.onmessage = ({ data }: MessageEvent<SqliteAnswer>) => this.#heard(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(`the thread that writes it ended: ${event.message}`);
    };
  }

  get records(): number {
    return this.#figures.records;
  }

  get newest(): number {
    return this.#figures.newest;
  }

  get savedAt(): number | undefined {
    return this.#figures.savedAt;
  }

  async *load(): AsyncGenerator<SavedBatch, void> {
    let next = this.#ask({ kind: "read", first: true });
    for (;;) {
      const { batches = [] } = await next;
      if (batches.length === 0) return;
      // The next ones are read while these are used.
      next = this.#ask({ kind: "read", first: false });
      next.catch(() => {});
      yield* batches;
    }
  }

  async append(batch: SavedBatch): Promise<void> {
    await this.#ask({ kind: "append", batch });
  }

  async forget(until: number, most: number): Promise<boolean> {
    const { more } = await this.#ask({ kind: "forget", until, most });
    return more ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    const closing = this.#ask({ kind: "close" });
    this.#ended = new StoreError("failed", `${this.place} is closed`);
    try {
      await closing;
    } finally {
      this.#worker.terminate();
    }
  }

  #ask(request: SqliteRequest): Promise<Done> {
    if (this.#ended) return Promise.reject(this.#ended);
    const answer = Promise.withResolvers<Done>();
    this.#waiting.push(answer);
    this.#worker.postMessage(request);
    return answer.promise;
  }

  #heard(answer: SqliteAnswer): void {
    switch (answer.kind) {
      case "ready":
        return this.#ready.resolve();
      case "done":
        this.#figures = answer.figures;
        return this.#waiting.shift()?.resolve(answer);
      case "failed":
        return this.#waiting.shift()?.reject(new StoreError(answer.code, answer.message));
      default:
        return answer satisfies never;
    }
  }

  #end(why: string): void {
    this.#ended ??= new StoreError("failed", `${this.place} cannot be used: ${why}`);
    this.#worker.terminate();
    this.#ready.reject(this.#ended);
    this.#ready.promise.catch(() => {});
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
