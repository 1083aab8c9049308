import { messageOf } from "../base/errors.ts";
import { addressKind } from "../base/ip.ts";
import type { Log } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import type { Announce, AnnounceEvent } from "../wire/tracker_lines.ts";
import { ANNOUNCE_INTERVAL_MS } from "./defaults.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { undialable } from "./list.ts";
import { sleep } from "./sleep.ts";
import { announce, register } from "./tracker_client.ts";
import type { HostPort, LineTracker, TrackerState } from "./types.ts";

/** Waits between tries at a tracker that did not answer: doubled each time, up to the second. */
const RETRY_MS = { first: 5_000, most: 5 * 60_000 };

/** The shortest interval that is kept, whatever a tracker says. */
const LEAST_INTERVAL_MS = 30_000;

/** How long a goodbye may take. */
const STOP_MS = 2_000;

/** What an {@linkcode Announcer} needs of its share. */
export interface Announced {
  /** What is told now; the event is left to the announcer. */
  told(): Omit<Announce, "event">;
  /** The name to fall back to with trackers that know the original's requests only, if it can. */
  readonly classicName?: string;
  /** Peers that a tracker tells of, and may be dialled. */
  onPeers(peers: readonly HostPort[]): void;
  readonly log: Log;
}

/** Keeps one share announced at one tracker, and learns of peers from it. */
export class Announcer {
  readonly #tracker: LineTracker;
  /** Which addresses of its name may be dialled; absent: all. */
  readonly #allow: ((address: string) => boolean) | undefined;
  readonly #share: Announced;
  readonly #wake = new Set<() => void>();
  #state: TrackerState;
  #begun = false;
  #classic = false;
  #completed = false;
  #woken = false;
  #interval = ANNOUNCE_INTERVAL_MS;
  #http: { readonly scheme: "http" | "https"; readonly port: number } | undefined;

  /** @param named Whether the person named it; one that a stranger names leads to no local place. */
  constructor(tracker: LineTracker, share: Announced, named = true) {
    this.#tracker = tracker;
    this.#share = share;
    if (!named && !isLocal(tracker.host)) this.#allow = (address) => !isLocal(address);
    this.#state = { address: formatHostPort(tracker), registered: false };
  }

  get state(): TrackerState {
    return this.#state;
  }

  /**
   * Where clients that do not know the line protocol find the same tracker, once it has told. A private
   * tracker's would have our key in it, and it is for links.
   */
  get httpUrl(): string | undefined {
    if (!this.#http || this.#tracker.key !== undefined) return undefined;
    const { scheme, port } = this.#http;
    return `${scheme}://${formatHostPort({ host: this.#tracker.host, port })}/announce`;
  }

  /** Announces once. @returns The error, if it failed. @throws The signal's reason. */
  async tryOnce(signal: AbortSignal): Promise<unknown> {
    const { address, registered } = this.#state;
    try {
      const kind = await this.#tell(signal);
      this.#state = { address, registered: true };
      if (registered) return undefined;
      const { name } = this.#share.told();
      const how = this.#classic ? " by the original's protocol" : "";
      const note = kind === "loopback"
        ? " (through loopback: only peers on this machine can fetch it)"
        : "";
      this.#share.log("info", `announced "${printable(name)}" at ${address}${how}${note}`);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      this.#state = { address, registered: false, error: messageOf(error) };
      return error;
    }
  }

  /** Announces at every interval until the signal, then says goodbye. */
  async keep(signal: AbortSignal): Promise<void> {
    let retry = RETRY_MS.first;
    while (!signal.aborted) {
      const { registered } = this.#state;
      await this.#rest(registered ? this.#interval : retry, signal);
      if (signal.aborted) break;
      const error = await this.tryOnce(signal).catch(() => undefined);
      retry = error === undefined ? RETRY_MS.first : Math.min(retry * 2, RETRY_MS.most);
      if (error !== undefined && registered) this.#share.log("warn", messageOf(error));
    }
    if (!this.#begun || this.#classic) return;
    const told = { ...this.#share.told(), event: "stopped", numwant: 0 } as const;
    await announce(this.#tracker, told, AbortSignal.timeout(STOP_MS), this.#allow).catch(() => {});
  }

  /** Announces soon: the share is whole now. */
  completed(): void {
    this.#completed = true;
    this.#woken = true;
    for (const wake of this.#wake) wake();
  }

  async #tell(signal: AbortSignal) {
    const event = this.#event();
    const told = this.#share.told();
    if (!this.#classic) {
      const told = { ...this.#share.told(), ...(event === undefined ? {} : { event }) };
      const said = await announce(this.#tracker, told, signal, this.#allow);
      if (said) {
        const { answer, trackerKind } = said;
        this.#begun = true;
        const { https_port, http_port } = answer;
        this.#http = https_port !== undefined
          ? { scheme: "https", port: https_port }
          : http_port !== undefined
          ? { scheme: "http", port: http_port }
          : undefined;
        if (event === "completed") this.#completed = false;
        this.#interval = Math.max(LEAST_INTERVAL_MS, answer.interval * 1000);
        this.#share.onPeers(
          answer.peers.filter(({ host }) =>
            undialable(addressKind(host), trackerKind) === undefined
          ),
        );
        return trackerKind;
      }
    }
    const { classicName } = this.#share;
    this.#classic = true;
    if (classicName === undefined) {
      throw new AppError(
        "protocol",
        `The tracker at ${formatHostPort(this.#tracker)} knows the original's requests only: it ` +
          "tells of single files, not of folders and swarms. Use another tracker, or the link.",
        { fault: "remote" },
      );
    }
    return await register(this.#tracker, classicName, told.port, signal);
  }

  #event(): AnnounceEvent | undefined {
    if (!this.#begun) return "started";
    return this.#completed ? "completed" : undefined;
  }

  /** Sleeps, unless it is woken, or was meanwhile. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const controller = new AbortController();
      const wake = () => controller.abort();
      this.#wake.add(wake);
      await sleep(ms, AbortSignal.any([signal, controller.signal]));
      this.#wake.delete(wake);
    }
    this.#woken = false;
  }
}

/** Whether a host is, or openly names, a place on this machine or in its network. */
function isLocal(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  return ["loopback", "private", "link-local"].includes(addressKind(host));
}
