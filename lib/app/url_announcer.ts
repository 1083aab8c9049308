import { messageOf } from "../base/errors.ts";
import { type InfoHash, truncated } from "../base/ids.ts";
import { addressKind } from "../base/ip.ts";
import { printable } from "../base/printable.ts";
import { DiscoveryError } from "../discovery/errors.ts";
import type { TrackerClient, TrackerReply } from "../discovery/tracker_client.ts";
import { TrackerTier } from "../discovery/tracker_tier.ts";
import { type TrackerAnnounce, USUAL_INTERVAL } from "../wire/tracker_announce.ts";
import type { AnnounceEvent } from "../wire/tracker_lines.ts";
import type { Announced } from "./announcer.ts";
import { AppError } from "./errors.ts";
import { undialable } from "./list.ts";
import { systemRandom } from "./random.ts";
import { sleep } from "./sleep.ts";
import type { TrackerState } from "./types.ts";

/** Waits between tries where no tracker of the tier answers: doubled each time, up to the second. */
const RETRY_MS = { first: 5_000, most: 10 * 60_000 };

/** The shortest and the longest interval that is kept, whatever a tracker says. */
const INTERVAL_MS = { least: 30_000, most: 24 * 60 * 60_000 };

/** How long a goodbye may take. */
const STOP_MS = 2_000;

/** A tracker and the URL that it is known by. */
export interface UrlTracker {
  readonly url: URL;
  readonly client: TrackerClient;
}

/** What a {@linkcode UrlAnnouncer} needs of its share. */
export interface UrlAnnounced extends Announced {
  /** Whether more peers are wanted soon: then the shortest interval that the tracker allows counts. */
  hungry?(): boolean;
  /** Another tracker answers than before: a private torrent's peers are to be left (BEP 27). */
  onSwitch?(): void;
}

/** A swarm of a share at one tracker: a hybrid torrent has two (BEP 52, "upgrade path"). */
interface Swarm {
  readonly infoHash: InfoHash;
  readonly begun: boolean;
  readonly completed: boolean;
}

/**
 * Keeps one share announced at one of several HTTP and UDP trackers: at the first that answers, tier
 * by tier (BEP 12), until that fails. Both hashes of a hybrid torrent are announced, one after
 * the other, so that no tracker ever has two announces of ours at once.
 */
export class UrlAnnouncer {
  readonly #tiers: readonly TrackerTier<UrlTracker>[];
  readonly #share: UrlAnnounced;
  readonly #key: number;
  readonly #swarms = new Map<UrlTracker, Map<InfoHash, Swarm>>();
  /** The one that answered last. */
  #current: UrlTracker | undefined;
  #state: TrackerState;
  #wake: (() => void) | undefined;
  #woken = false;
  #finished = false;
  #waitMs = 0;
  #retryMs = RETRY_MS.first;
  #warning: string | undefined;

  /**
   * @param tiers Their trackers, one at least in each.
   * @param key 32 bits, any, that stay the same for the share (BEP 7).
   */
  constructor(
    tiers: readonly (readonly UrlTracker[])[],
    share: UrlAnnounced,
    key: number,
  ) {
    this.#tiers = tiers.map((trackers) => new TrackerTier(trackers, systemRandom));
    this.#share = share;
    this.#key = key;
    this.#state = { address: shown(this.#order[0]!.url), registered: false };
  }

  get state(): TrackerState {
    return this.#state;
  }

  /** Announces once. @returns The error, if none answered. @throws The signal's reason. */
  async tryOnce(signal: AbortSignal): Promise<unknown> {
    let first: unknown;
    let refusedForMs = Infinity;
    for (const tracker of this.#order) {
      try {
        await this.#tellAll(tracker, signal);
        return undefined;
      } catch (error) {
        signal.throwIfAborted();
        first ??= asAppError(tracker.url, error);
        const retryMs = error instanceof DiscoveryError ? error.retryMs : undefined;
        refusedForMs = Math.min(refusedForMs, retryMs ?? 0);
      }
    }
    const address = shown(this.#order[0]!.url);
    this.#state = { address, registered: false, error: messageOf(first) };
    this.#waitMs = Math.min(Math.max(this.#retryMs, refusedForMs), INTERVAL_MS.most);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS.most);
    return first;
  }

  /** Announces at every interval until the signal, then says goodbye. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { registered } = this.#state;
      await this.#rest(signal);
      if (signal.aborted) break;
      const error = await this.tryOnce(signal).catch(() => undefined);
      if (error !== undefined && registered) this.#share.log("warn", messageOf(error));
    }
    const ends = AbortSignal.timeout(STOP_MS);
    await Promise.all([...this.#swarms.keys()].map((tracker) => this.#goodbye(tracker, ends)));
  }

  /** Announces soon: the share is whole now. */
  completed(): void {
    this.#finished = true;
    this.#woken = true;
    this.#wake?.();
  }

  /** Who is asked first, second and so on. */
  get #order(): UrlTracker[] {
    const order = this.#tiers.flatMap((tier) => tier.order);
    return [...new Set(this.#current ? [this.#current, ...order] : order)];
  }

  /** Announces every swarm of the share. @throws when the tracker takes none. */
  async #tellAll(tracker: UrlTracker, signal: AbortSignal): Promise<void> {
    const known = this.#swarms.get(tracker) ?? this.#newSwarms();
    const events = new Map<InfoHash, AnnounceEvent | undefined>();
    let taken = false;
    let failure: unknown;
    let waitMs: number = INTERVAL_MS.least;
    for (const swarm of known.values()) {
      try {
        const event = eventOf(swarm, this.#finished);
        events.set(swarm.infoHash, event);
        const reply = await tracker.client.announce(this.#announce(swarm, event), signal);
        taken = true;
        this.#use(tracker);
        known.set(swarm.infoHash, {
          ...swarm,
          begun: true,
          completed: swarm.completed || event === "completed",
        });
        this.#swarms.set(tracker, known);
        waitMs = Math.max(waitMs, this.#intervalMs(reply));
        this.#take(tracker.url, reply);
      } catch (error) {
        signal.throwIfAborted();
        failure ??= error;
        // Who cannot be reached is not asked a second time at once.
        if (!(error instanceof DiscoveryError) || error.code !== "refused") break;
      }
    }
    if (!taken) throw failure;
    this.#answered(tracker);
    this.#waitMs = Math.min(waitMs, INTERVAL_MS.most);
    // What became whole before it was begun, or meanwhile, is told at once; what was refused is not.
    this.#woken = this.#finished &&
      [...known.values()].some(({ infoHash, begun, completed }) =>
        begun && !completed && events.get(infoHash) !== "completed"
      );
    if (failure === undefined) return;
    const where = shown(tracker.url);
    this.#share.log("debug", `the tracker at ${where} takes one hash only: ${messageOf(failure)}`);
  }

  #newSwarms(): Map<InfoHash, Swarm> {
    const { v1, v2 } = this.#share.told();
    const hashes = [...v1 ? [v1] : [], ...v2 ? [truncated(v2)] : []];
    return new Map(hashes.map((infoHash) => [
      infoHash,
      { infoHash, begun: false, completed: false },
    ]));
  }

  #announce({ infoHash }: Swarm, event: AnnounceEvent | undefined): TrackerAnnounce {
    const { port, peerId, left, uploaded, downloaded, numwant } = this.#share.told();
    return {
      infoHash,
      peerId,
      port,
      left,
      uploaded,
      downloaded,
      ...event === undefined ? {} : { event },
      numwant: event === "stopped" ? 0 : numwant,
      key: this.#key,
    };
  }

  #intervalMs({ answer }: TrackerReply): number {
    const { interval = USUAL_INTERVAL, minInterval } = answer;
    const least = minInterval ?? interval;
    return 1000 * (this.#share.hungry?.() ? least : Math.max(interval, least));
  }

  #take(url: URL, { answer, trackerKind }: TrackerReply): void {
    const { peers, warning } = answer;
    if (warning !== undefined && warning !== this.#warning) {
      const said = printable(warning.trim(), 300);
      this.#share.log("warn", `the tracker at ${shown(url)} warns: ${said}`);
    }
    this.#warning = warning;
    this.#share.onPeers(
      peers.filter(({ host }) => undialable(addressKind(host), trackerKind) === undefined),
    );
  }

  #use(tracker: UrlTracker): void {
    if (tracker === this.#current) return;
    if (this.#current) this.#share.onSwitch?.();
    this.#current = tracker;
  }

  #answered(tracker: UrlTracker): void {
    const address = shown(tracker.url);
    if (!this.#state.registered || this.#state.address !== address) {
      this.#share.log("info", `announced "${printable(this.#share.told().name)}" at ${address}`);
    }
    for (const tier of this.#tiers) tier.answered(tracker);
    this.#state = { address, registered: true };
    this.#retryMs = RETRY_MS.first;
  }

  /** A download that ends when it is whole tells that first, so that trackers count it. */
  async #goodbye(tracker: UrlTracker, signal: AbortSignal): Promise<void> {
    for (const swarm of this.#swarms.get(tracker)?.values() ?? []) {
      if (!swarm.begun) continue;
      const untold = eventOf(swarm, this.#finished);
      for (const event of [...untold ? [untold] : [], "stopped" as const]) {
        await tracker.client.announce(this.#announce(swarm, event), signal).catch(() => {});
      }
    }
  }

  /** Sleeps until the next announce is due, or it is woken. */
  async #rest(signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await sleep(this.#waitMs, AbortSignal.any([signal, woken.signal]));
      this.#wake = undefined;
    }
    this.#woken = false;
  }
}

function eventOf(swarm: Swarm, finished: boolean): AnnounceEvent | undefined {
  if (!swarm.begun) return "started";
  return finished && !swarm.completed ? "completed" : undefined;
}

/** A tracker's URL as people may see it: what follows the host may be a secret of theirs. */
function shown({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

function asAppError(url: URL, error: unknown): unknown {
  if (!(error instanceof DiscoveryError)) return error;
  const refused = error.code === "refused" || error.code === "bad_answer";
  const what = error.code === "refused" ? "refused" : "cannot be used";
  return new AppError(
    refused ? "protocol" : "tracker_connect",
    `The tracker at ${shown(url)} ${what}: ${error.message}.`,
    { cause: error, fault: "remote" },
  );
}
