import { Child, type ChildOptions } from "./child.ts";

/** How a program that speaks in lines of JSON is started. */
export interface JsonChildOptions extends ChildOptions {
  /** The key by which its events are named. Default `event`. */
  readonly key?: "event" | "type";
}

/** An event of a program that speaks in lines of JSON. */
export type ChildEvent = Readonly<Record<string, unknown>>;

/**
 * A program that tells events, each an object of JSON on a line. It tells
 * `{"event":"error","message":…}` where something fails. Those of this folder take commands in the
 * same way, and end with their standard input.
 */
export class JsonChild extends Child {
  readonly #key: string;

  constructor(command: string, args: readonly string[], options: JsonChildOptions = {}) {
    const { key = "event", ...rest } = options;
    super(command, args, rest);
    this.#key = key;
  }

  /** Gives a command. */
  async tell(command: Readonly<Record<string, unknown>>): Promise<void> {
    await this.say(JSON.stringify(command));
  }

  /**
   * Waits for an event; an error that it tells is thrown.
   *
   * @param suits Whether it is the one that is waited for. Default: the first of its name.
   */
  event<T = unknown>(
    name: string,
    suits: (event: ChildEvent) => boolean = () => true,
  ): Promise<ChildEvent & T> {
    return this.find((line) => {
      if (!line.startsWith("{")) return undefined;
      const event = JSON.parse(line) as ChildEvent;
      if (event[this.#key] === "error") throw new Error(`${event.message}\n${this.log}`);
      return event[this.#key] === name && suits(event) ? event as ChildEvent & T : undefined;
    }, `event "${name}"`);
  }
}
