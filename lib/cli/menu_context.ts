import { DEFAULT_TRACKER_PORT } from "../app/defaults.ts";
import { AppError } from "../app/errors.ts";
import { formatHostPort, parseHostPort } from "../app/host_port.ts";
import type { AppContext, TrackerName } from "../app/types.ts";
import { messageOf } from "../base/errors.ts";
import type { MenuLog } from "./menu_log.ts";
import { namedTrackers, withKey } from "./named_trackers.ts";
import type { Prompts } from "./prompts.ts";
import type { Session } from "./session.ts";

/** What the parts of the menu share, and what is remembered as long as it runs. */
export class MenuContext {
  readonly session: Session;
  readonly prompts: Prompts;
  readonly log: MenuLog;
  /** The person's home folder, if it is known. */
  readonly home: string | undefined;
  #trackers: readonly TrackerName[];
  #trackersGiven: boolean;

  constructor(session: Session, prompts: Prompts, log: MenuLog) {
    this.session = session;
    this.prompts = prompts;
    this.log = log;
    this.home = session.terminal.env("HOME") ?? session.terminal.env("USERPROFILE");
    this.#trackers = namedTrackers(session.flags);
    this.#trackersGiven = session.flags.given("tracker");
  }

  get trackers(): readonly TrackerName[] {
    return this.#trackers;
  }

  /** Whether the person named them, or was asked for them. */
  get trackersGiven(): boolean {
    return this.#trackersGiven;
  }

  /** Asks for the trackers; those of the last time are offered. */
  async askTrackers(): Promise<readonly TrackerName[]> {
    const answer = await this.prompts.text("Tracker", {
      default: trackersText(this.#trackers),
      check: (text) => {
        try {
          return readTrackers(text).length > 0 || "HOST:PORT of a tracker, please.";
        } catch (error) {
          return messageOf(error);
        }
      },
    });
    this.#trackersGiven = true;
    return this.#trackers = withKey(readTrackers(answer), this.session.flags);
  }

  /** Runs something that Ctrl-C cancels without leaving the menu. */
  async cancellable<T>(action: (context: AppContext) => Promise<T>): Promise<T> {
    const { interrupts, context, signal } = this.session;
    const controller = new AbortController();
    using _handler = interrupts.add((name) => {
      if (name !== "SIGINT") return false;
      controller.abort(new AppError("interrupted", "Cancelled."));
      return true;
    });
    return await action({
      ...context,
      log: this.log.log,
      signal: AbortSignal.any([signal, controller.signal]),
    });
  }
}

/**
 * Reads trackers, separated by commas: HOST:PORT, or the URL of an HTTP or UDP tracker.
 *
 * @throws {AppError} `invalid_input`.
 */
function readTrackers(text: string): TrackerName[] {
  return text.split(",").map((one) => one.trim()).filter((one) => one !== "").map((one) => {
    if (/^(https?|udp):\/\//i.test(one)) return one;
    return parseHostPort(one.replace(/^tcp:\/\/|\/$/gi, ""), DEFAULT_TRACKER_PORT);
  });
}

function trackersText(trackers: readonly TrackerName[]): string {
  return trackers.map((one) => typeof one === "string" ? one : formatHostPort(one)).join(",");
}
