import { printableJson } from "../base/printable.ts";
import type { OutputKind } from "./output_queue.ts";

/** The version of the JSON that is written; it changes when a reader would have to. */
const JSON_VERSION = 1;

/** What an {@linkcode Output} writes with. */
export interface OutputOptions {
  /** Writes to standard output; false once nobody reads it any more. */
  readonly write: (text: string, kind: OutputKind) => boolean;
  /** Whether results are JSON, one object a line. */
  readonly json: boolean;
  /** Called once, when nobody reads the output any more. */
  readonly onClosed?: () => void;
}

/**
 * A program's results. In JSON every object has `v` and `type`, and the last one, the only one of
 * its kind, is a `result` or an `error`.
 */
export class Output {
  readonly json: boolean;
  readonly #options: OutputOptions;
  #closed = false;
  #ended = false;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.#options = options;
  }

  /** Whether nobody reads the output any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Writes a line for a person; left out in JSON. */
  line(text: string): void {
    if (!this.json) this.#write(text);
  }

  /** Writes text as it is, JSON or not: help, completions. */
  text(text: string): void {
    this.#write(text.replace(/\n$/, ""));
  }

  /**
   * Writes an object that is not the last; left out for a person.
   *
   * @param latest Names what it is the latest state of: those before that a slow reader has not
   * taken yet are left out then.
   */
  event(type: string, fields: Readonly<Record<string, unknown>>, latest?: string): void {
    if (!this.json || this.#ended) return;
    this.#object(type, fields, latest === undefined ? {} : { latest });
  }

  /** Writes the last object. Only the first call counts. */
  end(type: "result" | "error", fields: Readonly<Record<string, unknown>>): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.json) this.#object(type, fields, { last: true });
  }

  /** Takes notice that nobody reads the output any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onClosed?.();
  }

  #object(type: string, fields: Readonly<Record<string, unknown>>, kind: OutputKind): void {
    this.#write(printableJson({ v: JSON_VERSION, type, ...fields }), kind);
  }

  #write(text: string, kind: OutputKind = {}): void {
    if (!this.#closed && !this.#options.write(`${text}\n`, kind)) this.close();
  }
}
