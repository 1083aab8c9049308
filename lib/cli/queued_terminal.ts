import { OutputQueue } from "./output_queue.ts";
import type { Terminal } from "./terminal.ts";

/** A terminal that nobody waits for. */
export interface QueuedTerminal extends Terminal {
  /** Waits for whoever reads the output and the log, for `ms` at most, or until the signal. */
  flush(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a {@linkcode queuedTerminal} tells. */
export interface QueuedTerminalOptions {
  /** Nobody reads standard output any more. */
  readonly onClosed: () => void;
  /** So many texts were left out, since nobody read for a while. */
  readonly onLeftOut: (what: "standard output" | "standard error", count: number) => void;
}

/** The most bytes that wait for a reader of each; thousands of lines. */
const MOST_WAITING = 1 << 20;

/**
 * A terminal whose output goes on its way while the program goes on: a pipe that is full, since
 * nobody reads it, stops nothing. What goes to a real terminal is written at once, as before.
 *
 * @param terminal The terminal that the program runs on.
 */
export function queuedTerminal(
  terminal: Terminal,
  { onClosed, onLeftOut }: QueuedTerminalOptions,
): QueuedTerminal {
  const out = terminal.stdoutIsTerminal ? undefined : new OutputQueue({
    write: (bytes) => Deno.stdout.write(bytes),
    most: MOST_WAITING,
    onClosed,
    onLeftOut: (count) => onLeftOut("standard output", count),
  });
  const err = terminal.stderrIsTerminal ? undefined : new OutputQueue({
    write: (bytes) => Deno.stderr.write(bytes),
    most: MOST_WAITING,
    onLeftOut: (count) => onLeftOut("standard error", count),
  });
  return {
    ...terminal,
    out(text, kind) {
      if (!out) return terminal.out(text);
      out.add(text, kind);
      return !out.closed;
    },
    err(text) {
      if (err) err.add(text);
      else terminal.err(text);
    },
    async flush(ms, signal) {
      await Promise.all([out?.flush(ms, signal), err?.flush(ms, signal)]);
    },
  };
}
