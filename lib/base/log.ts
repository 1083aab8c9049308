/** The levels of a log, from the most talkative to the last word. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "fatal"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Where a part of the program says what it does. The message is plain text: whoever writes it out
 * makes it safe for a terminal and adds date and time.
 */
export interface Log {
  (level: LogLevel, message: string): void;
  /** Whether a level is written at all, so that no message need be made; absent: all are. */
  takes?(level: LogLevel): boolean;
}

/** A log that keeps nothing. */
export const silentLog: Log = () => {};
