import { messageOf } from "../../base/errors.ts";
import { type InfoHash, type InfoHashV2, truncated } from "../../base/ids.ts";
import type { Crowd } from "../../tracker/share_view.ts";
import { AdminGate } from "./admin_gate.ts";
import type { ApiStats, ShareHistory, ShareRange, TrackerHistory as History } from "./api_types.ts";
import type { TrackerRange } from "./api_types.ts";
import { EventHub } from "./event_hub.ts";
import { inSlices } from "./in_slices.ts";
import type { OwnPorts } from "./own_urls.ts";
import { RankKeeper } from "./rank_keeper.ts";
import { SliceQueue } from "./slice_queue.ts";
import { BUSY_KEPT, SHARE_SAMPLE_MS, ShareHistories } from "./share_histories.ts";
import type { TorrentFolder } from "./torrent_folder.ts";
import type { TrackerCore } from "./tracker_core.ts";
import { TrackerHistory } from "./tracker_history.ts";
import type { WebFace } from "./web_face.ts";

/** How often it is noted what the tracker does. */
const SAMPLE_MS = 1_000;

/** The busiest shares are looked for so many times more seldom than it takes: 1% of the time. */
const CHOOSE_REST = 100;

/** So long it counts what kinds of peers a share has: whoever asks meanwhile is told the same. */
const CROWD_MS = 1_000;

/** Shares of which that is remembered. */
const MOST_CROWDS = 256;

/** What a {@linkcode TrackerLive} is made of. */
export interface LiveParts {
  /** Absent: nobody is shown addresses. */
  readonly adminToken?: string;
  /** Reads it again where it stands. */
  readonly readToken?: () => Promise<string | undefined>;
  readonly torrents?: TorrentFolder;
  readonly web?: WebFace;
  /** The port of the line protocol. */
  readonly linePort?: number;
  /** The time of day, milliseconds since 1970. */
  readonly wall?: () => number;
}

/** What stands behind the pages and the JSON interface of a tracker: what it is like now, and was. */
export class TrackerLive implements AsyncDisposable {
  readonly core: TrackerCore;
  readonly admin: AdminGate;
  readonly events: EventHub;
  readonly ranks: RankKeeper;
  /** Where what takes long is done. */
  readonly queue: SliceQueue;
  readonly torrents: TorrentFolder | undefined;
  readonly web: WebFace | undefined;
  readonly linePort: number | undefined;
  /** How it is found over HTTP; whoever opens that door tells. */
  http: Pick<OwnPorts, "http" | "secure"> | undefined;
  readonly #wall: () => number;
  readonly #readToken: LiveParts["readToken"];
  readonly #history = new TrackerHistory();
  readonly #shares = new ShareHistories();
  readonly #crowds = new Map<string, { readonly at: number; readonly crowd: Crowd | undefined }>();
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #sampledAt = -Infinity;
  #chooseAt = -Infinity;
  #sampling: Promise<void> | undefined;

  constructor(core: TrackerCore, parts: LiveParts = {}) {
    const { adminToken, torrents, web, linePort, wall = Date.now } = parts;
    this.core = core;
    this.admin = new AdminGate(adminToken);
    this.torrents = torrents;
    this.web = web;
    this.linePort = linePort;
    this.#wall = wall;
    this.#readToken = parts.readToken;
    const { view } = core.registry;
    this.queue = new SliceQueue(core.now);
    this.ranks = new RankKeeper(view, core.now, this.queue);
    this.events = new EventHub({
      now: core.now,
      stats: () => this.stats(),
      shares: () => view.size,
      changes: () => view.changes,
    });
  }

  /** Begins to note what happens, until it is disposed of. */
  start(): void {
    this.sample();
    this.#timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    this.events[Symbol.dispose]();
    this.queue[Symbol.dispose]();
    await this.#sampling;
    await this.torrents?.[Symbol.asyncDispose]();
  }

  /** Reads the admin token again; one that cannot be used leaves the one before in force. */
  async reload(): Promise<void> {
    try {
      if (this.#readToken) this.admin.change(await this.#readToken());
    } catch (error) {
      this.core.log("error", `the admin token stays as it was: ${messageOf(error)}`);
    }
  }

  /** What the tracker holds and does. */
  stats(): ApiStats {
    const { core } = this;
    const totals = core.metrics.totals();
    const { mean, p99, ...rates } = this.#history.recent(core.now(), totals);
    const short = (rate: number) => Math.round(rate * 100) / 100;
    return {
      ...core.stats(),
      rates: {
        line: short(rates.line),
        http: short(rates.http),
        udp: short(rates.udp),
        errors: short(rates.errors),
      },
      latency: { mean: seconds(mean), p99: seconds(p99) },
      memory: Deno.memoryUsage().rss,
      listeners: this.events.size,
      problems: core.problems(),
    };
  }

  history(range: TrackerRange): History {
    return this.#history.read(range, this.core.now(), this.#offset);
  }

  /** @param order Of the share. */
  shareHistory(order: number, range: ShareRange): ShareHistory {
    return this.#shares.read(order, range, this.core.now(), this.#offset);
  }

  /** What kinds of peers a share has, or had a moment ago. */
  crowd(hash: InfoHash | InfoHashV2): Crowd | undefined {
    const key = truncated(hash as InfoHashV2);
    const now = this.core.now();
    const known = this.#crowds.get(key);
    if (known && now - known.at < CROWD_MS) return known.crowd;
    if (this.#crowds.size >= MOST_CROWDS) this.#crowds.clear();
    const crowd = this.core.registry.view.crowd(hash);
    this.#crowds.set(key, { at: now, crowd });
    return crowd;
  }

  /** Notes what the tracker does now; once a second. */
  sample(): void {
    const { registry, metrics, gate, now } = this.core;
    const { shares, seeders, leechers } = registry.counts;
    const memory = Deno.memoryUsage().rss;
    const gauges = { memory, connections: gate.size, shares, seeders, leechers };
    const at = now();
    this.#history.sample(at, metrics.totals(), gauges);
    if (this.#sampling || at - this.#sampledAt < SHARE_SAMPLE_MS) return;
    this.#sampledAt = at;
    this.#sampling = this.#sampleShares()
      .catch((error) => {
        if (this.#stopping.signal.aborted) return;
        this.core.log("error", `histories of shares could not be kept: ${messageOf(error)}`);
      })
      .finally(() => this.#sampling = undefined);
  }

  async #sampleShares(): Promise<void> {
    const { registry: { view }, now } = this.core;
    const began = now();
    if (began >= this.#chooseAt) {
      this.#shares.choose(await inSlices(view.busiest(BUSY_KEPT), now, this.#stopping.signal));
      this.#chooseAt = began + CHOOSE_REST * (now() - began);
    }
    this.#shares.sample(now(), (order) => view.tally(order));
  }

  /** The time of day less the monotonic time. */
  get #offset(): number {
    return this.#wall() - this.core.now();
  }
}

function seconds(time: number | undefined): number | null {
  return time === undefined ? null : Math.round(time * 1e7) / 1e7;
}
