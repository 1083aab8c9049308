import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import { formatHostPort } from "./host_port.ts";
import { sleep } from "./sleep.ts";
import { register } from "./tracker_client.ts";
import type { HostPort, TrackerState } from "./types.ts";

/** How often a registration is renewed, so that a tracker that was restarted learns of it again. */
const RENEW_MS = 10 * 60_000;

/** Waits between tries at a tracker that did not answer: doubled each time, up to the second. */
const RETRY_MS = { first: 5_000, most: 5 * 60_000 };

/** Keeps one share registered with one tracker. */
export class Registration {
  readonly #tracker: HostPort;
  readonly #name: string;
  readonly #port: number;
  readonly #log: Log;
  #state: TrackerState;

  constructor(tracker: HostPort, name: string, port: number, log: Log) {
    this.#tracker = tracker;
    this.#name = name;
    this.#port = port;
    this.#log = log;
    this.#state = { address: formatHostPort(tracker), registered: false };
  }

  get state(): TrackerState {
    return this.#state;
  }

  /** Registers once. @returns The error, if it failed. @throws The signal's reason. */
  async tryOnce(signal: AbortSignal): Promise<unknown> {
    const { address, registered } = this.#state;
    try {
      const kind = await register(this.#tracker, this.#name, this.#port, signal);
      this.#state = { address, registered: true };
      if (registered) return undefined;
      const note = kind === "loopback"
        ? " (through loopback: only peers on this machine can fetch it)"
        : "";
      this.#log("info", `registered "${printable(this.#name)}" with ${address}${note}`);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      this.#state = { address, registered: false, error: messageOf(error) };
      return error;
    }
  }

  /** Renews until the signal. */
  async keep(signal: AbortSignal): Promise<void> {
    let retry = RETRY_MS.first;
    while (!signal.aborted) {
      const { registered } = this.#state;
      await sleep(registered ? RENEW_MS : retry, signal);
      if (signal.aborted) return;
      const error = await this.tryOnce(signal).catch(() => undefined);
      retry = error === undefined ? RETRY_MS.first : Math.min(retry * 2, RETRY_MS.most);
      if (error !== undefined && registered) this.#log("warn", messageOf(error));
    }
  }
}
