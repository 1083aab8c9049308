import { type Log, LOG_LEVELS, type LogLevel } from "../base/log.ts";
import { printable, printableJson } from "../base/printable.ts";
import type { Style } from "./style.ts";

/** The forms that a log line can have. */
export type LogFormat = "text" | "json";

/** What a {@linkcode Logger} writes with. */
export interface LoggerOptions {
  /** Takes text for standard error. */
  readonly write: (text: string) => void;
  /** The least severe level that is written. */
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** The time of day. */
  readonly date: () => Date;
  readonly style: Style;
}

/** A line that is redrawn in place below the log. */
export interface LiveLine {
  /** Takes the line off the terminal. */
  erase(): void;
  /** Puts it back. */
  draw(): void;
}

/**
 * Writes log lines, each in one write. While a live line is shown, it is taken off before a log
 * line and put back after it, so that neither tears the other.
 */
export class Logger {
  readonly #options: LoggerOptions;
  readonly #least: number;
  #live: LiveLine | undefined;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.#least = LOG_LEVELS.indexOf(options.level);
  }

  /** Sets the line that log lines must keep clear of; undefined when it is gone. */
  setLive(line: LiveLine | undefined): void {
    this.#live = line;
  }

  /** Writes a line if its level is severe enough; usable as a `Log`. */
  readonly log: Log = Object.assign(
    (level: LogLevel, message: string): void => {
      if (this.#takes(level)) this.always(level, message);
    },
    { takes: (level: LogLevel) => this.#takes(level) },
  );

  /** Writes a line whatever its level: what ends a program is never left unsaid. */
  always(level: LogLevel, message: string): void {
    this.raw(this.#line(level, message));
  }

  /** Writes lines that are no log lines to standard error, clear of the live line. */
  raw(text: string): void {
    this.clearOfLive(() => this.#options.write(`${text}\n`));
  }

  /** Writes something that is no part of the log, clear of the live line. */
  clearOfLive<T>(write: () => T): T {
    this.#live?.erase();
    const result = write();
    this.#live?.draw();
    return result;
  }

  #takes(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#least;
  }

  #line(level: LogLevel, message: string): string {
    const { format, date, style } = this.#options;
    const now = date();
    if (format === "json") {
      return printableJson({ time: now.toISOString(), level, message });
    }
    const text = message.split("\n").map((line) => printable(line, 4096)).join("\n  ");
    return `${style.dim(timestamp(now))} ${paint(level, style)} ${text}`;
  }
}

function paint(level: LogLevel, style: Style): string {
  const name = level.toUpperCase();
  switch (level) {
    case "debug":
      return style.dim(name);
    case "info":
      return style.green(name);
    case "warn":
      return style.yellow(name);
    case "error":
    case "fatal":
      return style.red(name);
    default:
      return level satisfies never;
  }
}

/** Date and time of day as a log shows them, local time: `2026-11-23 20:01:02`. */
export function timestamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
