import type { InfoHash } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import { Access, type ShareHashes } from "../../tracker/access.ts";
import { TrackerError } from "../../tracker/errors.ts";
import type { Registry } from "../../tracker/registry.ts";
import type { SwarmCounts } from "../../tracker/share_types.ts";
import { httpCredential } from "../../wire/http_credential.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import type { TrackerStats } from "../../wire/tracker_lines.ts";
import type { ConnectionGate } from "./connection_gate.ts";
import { type Door, gauge, type TrackerMetrics } from "./tracker_metrics.ts";

/** What a {@linkcode TrackerCore} is made of. */
export interface TrackerParts {
  readonly registry: Registry;
  readonly metrics: TrackerMetrics;
  readonly gate: ConnectionGate;
  /** Absent: everybody may use it. */
  readonly access?: Access;
  readonly log: Log;
  /** Monotonic milliseconds. */
  now(): number;
}

/** What all doors of a tracker share: who has what, the limits, and the counts. */
export class TrackerCore {
  readonly registry: Registry;
  readonly metrics: TrackerMetrics;
  readonly gate: ConnectionGate;
  readonly access: Access;
  readonly log: Log;
  readonly now: () => number;
  /** Whether it takes requests; false once it is being stopped. */
  ready = true;
  readonly #started: number;
  readonly #watched: { what: string; why: () => string | undefined }[] = [];

  constructor({ registry, metrics, gate, access = new Access(), log, now }: TrackerParts) {
    this.registry = registry;
    this.metrics = metrics;
    this.gate = gate;
    this.access = access;
    this.log = log;
    this.now = now;
    this.#started = now();
  }

  /**
   * Has it tell of what may go wrong.
   *
   * @param what What is wrong then, for everybody.
   * @param why Tells why, if something is wrong now: it may name paths and hosts.
   */
  watch(what: string, why: () => string | undefined): void {
    this.#watched.push({ what, why });
  }

  /**
   * What does not work as it should, though requests are served.
   *
   * @param whole Whether to tell why, too.
   */
  problems(whole = false): string[] {
    return this.#watched.flatMap(({ what, why }) => {
      const reason = why();
      return reason === undefined ? [] : [whole ? `${what}: ${reason}` : what];
    });
  }

  /** What it holds and did, as every door tells it. */
  stats(): TrackerStats {
    const { shares, seeders, leechers, classicNames, classicPeers } = this.registry.counts;
    return {
      shares,
      seeders,
      leechers,
      classic_names: classicNames,
      classic_peers: classicPeers,
      announces: this.metrics.announces,
      refused: this.metrics.refused,
      connections: this.gate.size,
      interval: Math.round(this.registry.intervalMs / 1000),
      uptime: Math.floor((this.now() - this.#started) / 1000),
    };
  }

  /** Everything for a monitor, in the text format of Prometheus. */
  metricsText(): string {
    const { shares, seeders, leechers, classic_names, classic_peers, connections, uptime } = this
      .stats();
    const peers = {
      'kind="seeder"': seeders,
      'kind="leecher"': leechers,
      'kind="classic"': classic_peers,
    };
    return this.metrics.text() +
      gauge("peers", "Peers that are known", peers) +
      gauge("swarms", "Shares that somebody announces", { "": shares }) +
      gauge("classic_names", "Names of the original protocol", { "": classic_names }) +
      gauge("connections", "TCP connections that are open", { "": connections }) +
      gauge("resident_bytes", "Memory of the process", { "": Deno.memoryUsage().rss }) +
      gauge("uptime_seconds", "Time since the start", { "": uptime }) +
      gauge("problems", "What does not work as it should", { "": this.problems().length });
  }

  /**
   * Lets one announce a share.
   *
   * @throws {TrackerError} `unauthorized` without a key that is needed, `forbidden` by a list.
   */
  admit(told: ShareHashes, key: string | undefined): void {
    this.access.admitKey(key);
    this.access.admitShare(told, (hash) => this.registry.known(hash));
  }

  /** Whether a request over HTTP may read lists and figures: a private tracker's need a key. */
  mayRead({ headers }: HttpRequest): boolean {
    return !this.access.isPrivate ||
      this.access.takesKey(httpCredential(headers.get("authorization")));
  }

  /** Whether a share may be told of. */
  shows(share: ShareHashes): boolean {
    return this.access.takesShare(share);
  }

  /**
   * The counts of shares. What a list forbids counts as unknown.
   *
   * @throws {TrackerError} `unauthorized`; `forbidden` where nothing else was asked for; `too_fast`.
   */
  scrape(hashes: readonly InfoHash[], host: string, key: string | undefined): SwarmCounts[] {
    this.access.admitKey(key);
    const known = (hash: InfoHash) => this.registry.known(hash);
    const taken = hashes.map((hash) => this.access.takesShare({ hash }, known));
    if (!taken.includes(true)) this.access.admitShare({ hash: hashes[0] }, known);
    const counts = this.registry.scrape(hashes, { host, now: this.now() });
    return counts.map((one, at) => taken[at] ? one : { seeders: 0, leechers: 0, completed: 0 });
  }

  /**
   * Does what one asks for, if its address may ask.
   *
   * @param refuse Answers what the registry refuses; it is counted and logged.
   */
  serve<T>(door: Door, host: string, act: () => T, refuse: (error: TrackerError) => T): T {
    try {
      this.access.admitAddress(host);
      return act();
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
      this.metrics.failed(door, error.code);
      this.log("debug", `${host} refused over ${door}: ${error.message}`);
      return refuse(error);
    }
  }
}
