import { Child, type ChildOptions } from "./child.ts";

/** An event of a program that speaks in lines of JSON. */
export interface ChildEvent {
  readonly event: string;
  readonly [key: string]: unknown;
}

/**
 * A program of this folder: commands in, events out, each an object of JSON on a line. It tells
 * `{"event":"error","message":…}` where a command fails, and ends with its standard input.
 */
export class JsonChild extends Child {
  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    super(command, args, options);
  }

  /** Gives a command. */
  async tell(command: Readonly<Record<string, unknown>>): Promise<void> {
    await this.say(JSON.stringify(command));
  }

  /** Waits for an event; an error that it tells is thrown. */
  event<T = unknown>(name: string): Promise<ChildEvent & T> {
    return this.find((line) => {
      if (!line.startsWith("{")) return undefined;
      const event = JSON.parse(line) as ChildEvent;
      if (event.event === "error") throw new Error(`${event.message}\n${this.log}`);
      return event.event === name ? event as ChildEvent & T : undefined;
    }, `event "${name}"`);
  }
}
