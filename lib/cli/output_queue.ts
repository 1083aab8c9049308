import { concatBytes } from "../base/bytes.ts";

/** How a text stands to those before and after it. */
export interface OutputKind {
  /** It takes the place of the text of the same name that nobody has taken yet. */
  readonly latest?: string;
  /** The last one: it is kept however much is waiting. */
  readonly last?: boolean;
}

/** What an {@linkcode OutputQueue} writes with. */
export interface OutputQueueOptions {
  /** Writes some of the bytes and tells how many, as slowly as they are taken. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** The most bytes that wait to be taken. */
  readonly most: number;
  /** Called once, when nobody can take anything any more. */
  readonly onClosed?: () => void;
  /** Called when all was taken, and so many texts were left out meanwhile. */
  readonly onLeftOut?: (count: number) => void;
}

/** What a pipe takes as a whole or not at all (PIPE_BUF of Linux): lines are never torn by an end. */
const WHOLE_BYTES = 4096;

/** Time until a pipe is tried again that another program made non-blocking, and that is full. */
const RETRY_MS = 5;

const encoder = new TextEncoder();

/**
 * Texts on their way to a reader that may be slow or not read at all: whoever adds them never waits,
 * they keep their order, and not more than a bound of them waits. What is there for the latest state
 * only is replaced or goes first; what there is no room for then is left out.
 */
export class OutputQueue {
  readonly #options: OutputQueueOptions;
  /** In their order, by the name of what is replaced, or a number. */
  readonly #waiting = new Map<string | number, Uint8Array>();
  #next = 0;
  #size = 0;
  #leftOut = 0;
  #closed = false;
  #draining: Promise<void> | undefined;

  constructor(options: OutputQueueOptions) {
    this.#options = options;
  }

  /** Whether nobody can take anything any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Adds a text. */
  add(text: string, { latest, last = false }: OutputKind = {}): void {
    if (this.#closed) return;
    const bytes = encoder.encode(text);
    if (latest !== undefined) this.#remove(latest);
    if (!last && !this.#makeRoom(bytes.length)) {
      this.#leftOut += latest === undefined ? 1 : 0;
      return;
    }
    this.#waiting.set(latest ?? this.#next++, bytes);
    this.#size += bytes.length;
    this.#draining ??= this.#drain();
  }

  /**
   * Waits until all was taken.
   *
   * @param ms The longest that it waits.
   * @param signal Ends the wait.
   * @returns Whether all was taken.
   */
  async flush(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.#draining || signal?.aborted) return !this.#draining;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    try {
      await Promise.race([this.#draining, enough]);
    } finally {
      clearTimeout(timer);
    }
    return !this.#draining;
  }

  #makeRoom(needed: number): boolean {
    const { most } = this.#options;
    for (const key of this.#waiting.keys()) {
      if (this.#size + needed <= most) break;
      if (typeof key === "string") this.#remove(key);
    }
    return this.#size + needed <= most;
  }

  #remove(key: string | number): void {
    this.#size -= this.#waiting.get(key)?.length ?? 0;
    this.#waiting.delete(key);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#closed) await this.#writeAll(this.#take());
    this.#draining = undefined;
    const count = this.#leftOut;
    if (count === 0 || this.#closed) return;
    this.#leftOut = 0;
    this.#options.onLeftOut?.(count);
  }

  /** The first texts, as many as a pipe takes as a whole, but one at least. */
  #take(): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const [key, text] of this.#waiting) {
      if (length > 0 && length + text.length > WHOLE_BYTES) break;
      length += text.length;
      parts.push(text);
      this.#remove(key);
    }
    return concatBytes(parts);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      try {
        rest = rest.subarray(await this.#options.write(rest));
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) return this.#close();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#size = 0;
    this.#options.onClosed?.();
  }
}
