/** Whose doing an error was: this machine and its user, or whoever is at the other end. */
export type Fault = "local" | "remote";

/** What every {@linkcode LayerError} can carry beside its code and message. */
export interface LayerErrorOptions {
  /** The error underneath, if any. */
  cause?: unknown;
  /** Whose doing it was. Default `"local"`. */
  fault?: Fault;
}

/**
 * The base of the error classes: one class per layer, each with a closed union of codes.
 * The message is for a person (what happened, to what, what to do); the code is for a script.
 */
export abstract class LayerError<Code extends string> extends Error {
  /** A stable code from the layer's closed set. */
  readonly code: Code;
  /** Whose doing it was. */
  readonly fault: Fault;

  constructor(code: Code, message: string, options: LayerErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fault = options.fault ?? "local";
  }
}

/** The text of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
