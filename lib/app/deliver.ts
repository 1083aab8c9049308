import type { PieceSource } from "../disk/storage_types.ts";
import type { Layout } from "../meta/layout.ts";

/** Bytes that are read and handed on at a time. */
const CHUNK = 256 * 1024;

/** Where proven pieces are read from. */
export type DeliverySource = Pick<PieceSource, "have" | "readBlock">;

/**
 * Hands on the bytes of one file in their order, each as soon as it is proven.
 *
 * Invariant: what was handed on is the beginning of the file.
 */
export class Delivery {
  readonly #source: DeliverySource;
  readonly #layout: Layout;
  readonly #sink: (bytes: Uint8Array) => Promise<void>;
  #arrived = Promise.withResolvers<void>();

  /** @param sink Takes bytes; they are good until its promise is kept. */
  constructor(source: DeliverySource, layout: Layout, sink: (bytes: Uint8Array) => Promise<void>) {
    this.#source = source;
    this.#layout = layout;
    this.#sink = sink;
  }

  /** Looks again whether the next piece is there. */
  notify(): void {
    this.#arrived.resolve();
  }

  /**
   * Hands on the whole file.
   *
   * @throws {DiskError} when it cannot be read. @throws What `sink` throws, and the signal's reason.
   */
  async run(file: number, signal: AbortSignal): Promise<void> {
    const buffer = new Uint8Array(CHUNK);
    const { first, end } = this.#layout.piecesOf(file);
    for (let piece = first; piece < end; piece++) {
      await this.#wait(piece, signal);
      const length = this.#layout.dataLength(piece);
      for (const part of this.#layout.segments(piece, 0, length)) {
        if (part.file !== file) continue;
        for (let at = 0; at < part.length; at += CHUNK) {
          const bytes = buffer.subarray(0, Math.min(CHUNK, part.length - at));
          await this.#source.readBlock(piece, part.at + at, bytes);
          await this.#sink(bytes);
          signal.throwIfAborted();
        }
      }
    }
  }

  async #wait(piece: number, signal: AbortSignal): Promise<void> {
    const wake = () => this.notify();
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!this.#source.have.has(piece)) {
        signal.throwIfAborted();
        await this.#arrived.promise;
        this.#arrived = Promise.withResolvers();
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }
}
