import { printableJson } from "../base/printable.ts";

/** The version of the JSON that is written; it changes when a reader would have to. */
const JSON_VERSION = 1;

/** What an {@linkcode Output} writes with. */
export interface OutputOptions {
  /** Writes to standard output; false once nobody reads it any more. */
  readonly write: (text: string) => boolean;
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

  /** Writes an object that is not the last; left out for a person. */
  event(type: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.json && !this.#ended) this.#object(type, fields);
  }

  /** Writes the last object. Only the first call counts. */
  end(type: "result" | "error", fields: Readonly<Record<string, unknown>>): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.json) this.#object(type, fields);
  }

  #object(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.#write(printableJson({ v: JSON_VERSION, type, ...fields }));
  }

  #write(text: string): void {
    if (this.#closed) return;
    if (this.#options.write(`${text}\n`)) return;
    this.#closed = true;
    this.#options.onClosed?.();
  }
}
