import type { Log, LogLevel } from "../base/log.ts";

/** How many lines are kept to be looked at. */
const KEPT = 20;
/** How many warnings wait at most until they can be printed. */
const WAITING = 200;

/** One line of a log. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
}

/**
 * A log for as long as questions are on the terminal: the latest lines are kept for whoever looks,
 * warnings and worse wait until `flush`.
 */
export class MenuLog {
  readonly #target: Log;
  readonly #recent: LogEntry[] = [];
  readonly #waiting: LogEntry[] = [];

  /** @param target The log that warnings go to in the end. */
  constructor(target: Log) {
    this.#target = target;
  }

  readonly log: Log = (level, message) => {
    const urgent = level === "warn" || level === "error" || level === "fatal";
    if (level === "debug") return;
    keep(this.#recent, { level, message }, KEPT);
    if (urgent) keep(this.#waiting, { level, message }, WAITING);
  };

  /** The latest lines, the oldest first. */
  recent(): readonly LogEntry[] {
    return this.#recent;
  }

  /** Prints what waits. */
  flush(): void {
    for (const { level, message } of this.#waiting.splice(0)) this.#target(level, message);
  }
}

function keep(entries: LogEntry[], entry: LogEntry, most: number): void {
  entries.push(entry);
  if (entries.length > most) entries.shift();
}
