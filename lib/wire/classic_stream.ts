import { WireError } from "./errors.ts";

/** The most bytes of the checksum text: the original refuses 256. */
export const MAX_CHECKSUM_TEXT = 255;

const FIXED = 16;

/** What a seeder tells before the file's bytes. */
export interface ClassicHeader {
  /** Bytes of the file. */
  readonly size: number;
  /** The classic checksum, 8 lower-case hex digits. */
  readonly checksum: string;
}

/** The header in one piece, as it must reach the original: size, text length, text. */
export function encodeClassicHeader(header: ClassicHeader): Uint8Array {
  const text = new TextEncoder().encode(header.checksum);
  const bytes = new Uint8Array(FIXED + text.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.size), true);
  view.setBigUint64(8, BigInt(text.length), true);
  bytes.set(text, FIXED);
  return bytes;
}

/** What a {@linkcode ClassicStreamReader} finds in the stream. */
export type ClassicStreamEvent =
  | { readonly kind: "header"; readonly header: ClassicHeader }
  | { readonly kind: "data"; readonly bytes: Uint8Array };

/**
 * Reads the stream of a classic seeder, cut anywhere.
 *
 * Invariant: it keeps at most the header's 271 bytes; data is handed on as views of what came in.
 */
export class ClassicStreamReader {
  readonly #begun = new Uint8Array(FIXED + MAX_CHECKSUM_TEXT);
  #filled = 0;
  #header: ClassicHeader | undefined;
  #received = 0;

  /** The header, once it has arrived. */
  get header(): ClassicHeader | undefined {
    return this.#header;
  }

  /** Bytes of the file that have arrived. */
  get received(): number {
    return this.#received;
  }

  /** True once every byte that the header promises has arrived. */
  get complete(): boolean {
    return this.#header !== undefined && this.#received === this.#header.size;
  }

  /**
   * Takes what arrived. Bytes after the promised end are passed over.
   *
   * @returns What it means; `data` holds views of `chunk`, good until `chunk` is written again.
   * @throws {WireError} `bad_header` when no classic seeder would send this.
   */
  push(chunk: Uint8Array): ClassicStreamEvent[] {
    const events: ClassicStreamEvent[] = [];
    let rest = chunk;
    if (this.#header === undefined) {
      rest = this.#takeHeader(chunk);
      if (this.#header === undefined) return events;
      events.push({ kind: "header", header: this.#header });
    }
    const header: ClassicHeader = this.#header!;
    const bytes = rest.subarray(0, Math.min(rest.length, header.size - this.#received));
    this.#received += bytes.length;
    if (bytes.length > 0) events.push({ kind: "data", bytes });
    return events;
  }

  /**
   * To be called when the other end has closed.
   *
   * @throws {WireError} `truncated` when bytes are missing.
   */
  end(): void {
    if (this.complete) return;
    const size = this.#header?.size;
    throw new WireError(
      "truncated",
      size === undefined
        ? "it hung up before it had said how long the file is"
        : `it hung up after ${this.#received} of ${size} bytes`,
    );
  }

  #takeHeader(chunk: Uint8Array): Uint8Array {
    let used = this.#fill(chunk, FIXED);
    if (this.#filled < FIXED) return chunk.subarray(used);
    const view = new DataView(this.#begun.buffer);
    const size = view.getBigUint64(0, true);
    const length = view.getBigUint64(8, true);
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw badHeader(`a file of ${size} bytes`);
    if (length !== 8n) throw badHeader(`a checksum of ${length} characters, not 8`);
    const end = FIXED + Number(length);
    used += this.#fill(chunk.subarray(used), end);
    if (this.#filled < end) return chunk.subarray(used);
    const checksum = String.fromCharCode(...this.#begun.subarray(FIXED, end));
    if (!/^[0-9a-f]{8}$/.test(checksum)) throw badHeader("a checksum that is not 8 hex digits");
    this.#header = { size: Number(size), checksum };
    return chunk.subarray(used);
  }

  #fill(chunk: Uint8Array, upTo: number): number {
    const used = Math.max(0, Math.min(chunk.length, upTo - this.#filled));
    this.#begun.set(chunk.subarray(0, used), this.#filled);
    this.#filled += used;
    return used;
  }
}

function badHeader(what: string): WireError {
  return new WireError("bad_header", `it is no Mini-Torrent seeder: it announces ${what}`);
}
