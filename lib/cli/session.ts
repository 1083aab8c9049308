import type { Clock } from "../base/clock.ts";
import type { AppContext } from "../app/types.ts";
import type { CommandLine, Flags } from "./flags.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Logger } from "./logger.ts";
import type { Output } from "./output.ts";
import { type ProgressOptions, ProgressView } from "./progress.ts";
import type { Style } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** What a command is run with. */
export interface Session {
  readonly line: CommandLine;
  readonly flags: Flags;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly output: Output;
  /** Styles for standard output. */
  readonly style: Style;
  readonly interrupts: Interrupts;
  /** Aborted by the first signal that nobody else takes. */
  readonly signal: AbortSignal;
  /** What lib/app is handed. */
  readonly context: AppContext;
  /** Whether questions may be asked. */
  readonly interactive: boolean;
}

/** Does what a command is for; the number is the exit code. */
export type CommandHandler = (session: Session) => Promise<number>;

/** Something live that keeps itself up to date, and off the log's lines, until disposed of. */
export interface Live<View> extends Disposable {
  readonly view: View;
  /** Takes it off the terminal while something else is shown; the rest of its life is quiet. */
  stop(): void;
}

/** A progress view that is shown. */
export type LiveProgress = Live<ProgressView>;

/** What can be shown live. */
interface View {
  tick(): void;
  draw(): void;
  erase(): void;
}

const TICK_MS = 200;

/** Starts showing progress the way that the flags and the terminal ask for. */
export function showProgress(label: string, session: Session): LiveProgress {
  return showLive(new ProgressView(label, progressOptions(session)), session);
}

/** Starts showing a view, and gives it its ticks. */
export function showLive<V extends View>(view: V, { logger }: Session): Live<V> {
  logger.setLive(view);
  const timer = setInterval(() => view.tick(), TICK_MS);
  const stop = () => {
    clearInterval(timer);
    view.erase();
    logger.setLive(undefined);
  };
  return { view, stop, [Symbol.dispose]: stop };
}

/** How the flags and the terminal ask for progress to be shown. */
export function progressOptions(session: Session): ProgressOptions {
  const { flags, terminal, clock, output, style } = session;
  const mode = output.json
    ? "json"
    : flags.boolean("quiet")
    ? "none"
    : terminal.stderrIsTerminal
    ? "bar"
    : "lines";
  return {
    mode,
    clock,
    style,
    write: (text) => terminal.err(text),
    columns: () => terminal.columns(),
    rows: () => terminal.rows(),
    event: (fields) => output.event("progress", fields, `progress ${fields.id}`),
  };
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
