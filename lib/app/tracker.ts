import { messageOf } from "../base/errors.ts";
import { addressGroup } from "../base/ip.ts";
import { Connection } from "../net/connection.ts";
import { listen } from "../net/listen.ts";
import { Registry } from "../tracker/registry.ts";
import { encodeClassicError } from "../wire/classic_tracker.ts";
import { serveLines } from "./line_door.ts";
import { ANNOUNCE_INTERVAL_MS } from "./defaults.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { systemRandom } from "./random.ts";
import type { AppContext, RunningTracker, TrackerOptions, TrackerSnapshot } from "./types.ts";

/** How often registrations that were not renewed are looked for. */
const EXPIRE_EVERY_MS = 60_000;

/** How long a connection that is turned away may take to read why. */
const TURN_AWAY_MS = 1_000;

/** Connections that are being told that they are turned away; more are closed without a word. */
const MAX_TURNING_AWAY = 256;

/**
 * Runs a tracker until it is stopped.
 *
 * @throws {AppError} `bind` when the port is taken or the address is not this machine's.
 */
export function startTracker(
  options: TrackerOptions,
  context: AppContext,
): Promise<RunningTracker> {
  return Promise.resolve().then(() => new TrackerService(options, context));
}

class TrackerService implements RunningTracker {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly #options: TrackerOptions;
  readonly #context: AppContext;
  readonly #registry: Registry;
  readonly #listening;
  readonly #accepting: Promise<void>;
  readonly #expiry: ReturnType<typeof setInterval>;
  readonly #connections = new Set<Promise<void>>();
  readonly #perAddress = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly #stopping = new AbortController();
  #turningAway = 0;
  #requests = 0;
  #refused = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: TrackerOptions, context: AppContext) {
    this.#options = options;
    this.#context = context;
    const { classicTtlMs, maxPeersPerName, maxPortsPerAddress } = options;
    this.#registry = new Registry({
      announceRate: options.announceRate,
      announceBurst: options.announceBurst,
      classic: { ttlMs: classicTtlMs, maxPeersPerName, maxPortsPerAddress },
      shares: {
        ttlMs: 2 * ANNOUNCE_INTERVAL_MS,
        maxPeersPerSwarm: maxPeersPerName,
        maxPortsPerAddress,
        random: systemRandom,
      },
    });
    try {
      this.#listening = listen(options);
    } catch (error) {
      const where = `The tracker cannot listen: ${messageOf(error)}.`;
      throw new AppError("bind", `${where} Choose another --port or --host.`, { cause: error });
    }
    this.port = this.#listening.port;
    this.addresses = this.#listening.addresses.map(formatHostPort);
    this.#expiry = setInterval(
      () => this.#registry.expire(context.clock.now()),
      EXPIRE_EVERY_MS,
    );
    this.#accepting = this.#listening.accept(
      (conn) => this.#welcome(conn),
      (error) => context.log("error", `a connection could not be taken: ${messageOf(error)}`),
    );
  }

  snapshot(): TrackerSnapshot {
    return {
      connections: this.#connections.size,
      names: this.#registry.names,
      peers: this.#registry.peers,
      requests: this.#requests,
      refused: this.#refused,
    };
  }

  stop(graceMs: number): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    clearInterval(this.#expiry);
    this.#listening.close();
    this.#stopping.abort();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all([this.#accepting, ...this.#connections]);
    clearTimeout(timer);
  }

  #welcome(conn: Deno.TcpConn): void {
    const connection = new Connection(conn, this.#abort.signal);
    const group = addressGroup(connection.remoteHost);
    const held = this.#perAddress.get(group) ?? 0;
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    if (this.#connections.size >= maxConnections) {
      return this.#turnAway(connection, "The tracker has no room for more connections, try later");
    }
    if (held >= maxConnectionsPerAddress) {
      return this.#turnAway(connection, "Too many connections from your address, close some");
    }
    this.#perAddress.set(group, held + 1);
    const serving = this.#serve(connection).finally(() => {
      this.#connections.delete(serving);
      const left = this.#perAddress.get(group)! - 1;
      if (left === 0) this.#perAddress.delete(group);
      else this.#perAddress.set(group, left);
    });
    this.#connections.add(serving);
  }

  async #serve(connection: Connection): Promise<void> {
    const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
    const { log, clock } = this.#context;
    try {
      await serveLines(connection, this.#registry, {
        now: () => clock.now(),
        stopping: this.#stopping.signal,
        onRequest: (kind, summary) => {
          this.#requests++;
          if (kind === "refused") this.#refused++;
          log(kind === "asked" ? "debug" : "info", `${who} ${kind} ${summary}`);
        },
      });
    } catch (error) {
      log("debug", `${who} ${messageOf(error)}`);
    } finally {
      connection.close();
    }
  }

  #turnAway(connection: Connection, reason: string): void {
    this.#refused++;
    if (this.#turningAway >= MAX_TURNING_AWAY) return connection.close();
    this.#turningAway++;
    this.#context.log("warn", `${connection.remoteHost} turned away: ${reason}`);
    connection.write(encodeClassicError(reason), TURN_AWAY_MS)
      .then(() => connection.finish(TURN_AWAY_MS))
      .catch(() => connection.close())
      .finally(() => this.#turningAway--);
  }
}
