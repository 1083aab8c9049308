import { messageOf } from "../../base/errors.ts";
import { listen, type Listening } from "../../net/listen.ts";
import { SweptConnection } from "../../net/swept_connection.ts";
import { Registry } from "../../tracker/registry.ts";
import { encodeClassicError } from "../../wire/classic_tracker.ts";
import { AccessControl } from "./access_control.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { ANNOUNCE_INTERVAL_MS, ANNOUNCE_INTERVALS } from "../defaults.ts";
import { AppError } from "../errors.ts";
import { Expiry } from "./expiry.ts";
import { formatHostPort } from "../host_port.ts";
import { serveLines } from "./line_door.ts";
import { openLive } from "./open_live.ts";
import { openState } from "./open_state.ts";
import { systemRandom } from "../random.ts";
import { TrackerCore } from "./tracker_core.ts";
import type { TrackerLive } from "./tracker_live.ts";
import { TrackerMetrics } from "./tracker_metrics.ts";
import type { TrackerState } from "./tracker_state.ts";
import type { AppContext, RunningTracker, TrackerOptions, TrackerSnapshot } from "../types.ts";
import { openUrlDoors, type UrlDoors } from "./url_doors.ts";

/** How often connections are looked after that wait. */
const SWEEP_MS = 250;

/** How long a reason for turning connections away is not warned of again: a flood has thousands. */
const WARN_AGAIN_MS = 60_000;

/** How long a connection that is turned away may take to read why. */
const TURN_AWAY_MS = 1_000;

/** Connections that are being told that they are turned away; more are closed without a word. */
const MAX_TURNING_AWAY = 256;

/**
 * Runs a tracker until it is stopped.
 *
 * @throws {AppError} `bind` when a port is taken or the address is not this machine's; `file_open` when
 * the file that it keeps what it hears in cannot be used.
 */
export async function startTracker(
  options: TrackerOptions,
  context: AppContext,
): Promise<RunningTracker> {
  const control = await AccessControl.open(options, context);
  const core = newCore(options, control, context);
  const listening = listenForLines(options);
  let state: TrackerState | undefined;
  let live: TrackerLive | undefined;
  try {
    state = await openState(options.state, core.registry.records, context);
    core.registry.watch = state?.watch;
    core.watch("What is heard cannot be saved now", () => state?.problem);
    live = await openLive(options, core, listening.port, context);
    const doors = await openUrlDoors(options, live);
    return new TrackerService(core, listening, { control, doors, live, state }, context);
  } catch (error) {
    listening.close();
    await live?.[Symbol.asyncDispose]();
    control[Symbol.dispose]();
    await state?.[Symbol.asyncDispose]();
    throw error;
  }
}

function newCore(
  options: TrackerOptions,
  { access }: AccessControl,
  { clock, log }: AppContext,
): TrackerCore {
  const { classicTtlMs, nameTtlMs, maxPeersPerName, maxPortsPerAddress } = options;
  const registry = new Registry({
    announceRate: options.announceRate,
    announceBurst: options.announceBurst,
    interval: ANNOUNCE_INTERVALS,
    classic: { ttlMs: classicTtlMs, maxPeersPerName, maxPortsPerAddress },
    shares: {
      ttlMs: 2 * ANNOUNCE_INTERVAL_MS,
      nameTtlMs,
      maxPeersPerSwarm: maxPeersPerName,
      maxPortsPerAddress,
      random: systemRandom,
    },
  });
  return new TrackerCore({
    registry,
    metrics: new TrackerMetrics(),
    gate: new ConnectionGate(options),
    access,
    log,
    now: () => clock.now(),
  });
}

function listenForLines(options: TrackerOptions): Listening {
  try {
    return listen(options);
  } catch (error) {
    const where = `The tracker cannot listen: ${messageOf(error)}.`;
    throw new AppError("bind", `${where} Choose another --port or --host.`, { cause: error });
  }
}

/** What a service has to look after. */
interface TrackerOwned {
  readonly control: AccessControl;
  readonly doors: UrlDoors | undefined;
  readonly live: TrackerLive;
  readonly state: TrackerState | undefined;
}

class TrackerService implements RunningTracker {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly httpAddresses: readonly string[];
  readonly httpPort?: number;
  readonly #context: AppContext;
  readonly #core: TrackerCore;
  readonly #control: AccessControl;
  readonly #doors: UrlDoors | undefined;
  readonly #live: TrackerLive;
  readonly #state: TrackerState | undefined;
  readonly #listening: Listening;
  readonly #accepting: Promise<void>;
  readonly #expiry: Expiry;
  readonly #connections = new Set<SweptConnection>();
  readonly #serving = new Set<Promise<void>>();
  readonly #sweep: ReturnType<typeof setInterval>;
  readonly #stopping = new AbortController();
  /** When a reason was warned of last. */
  readonly #warned = new Map<string, number>();
  #turningAway = 0;
  #requests = 0;
  #refused = 0;
  #stopped: Promise<void> | undefined;

  constructor(
    core: TrackerCore,
    listening: Listening,
    { control, doors, live, state }: TrackerOwned,
    context: AppContext,
  ) {
    this.#core = core;
    this.#listening = listening;
    this.#control = control;
    this.#doors = doors;
    this.#live = live;
    this.#state = state;
    this.#context = context;
    this.port = listening.port;
    this.addresses = listening.addresses.map(formatHostPort);
    this.httpAddresses = doors?.addresses.map(formatHostPort) ?? [];
    if (doors) this.httpPort = doors.port;
    this.#expiry = new Expiry(core.registry, core.now);
    this.#sweep = setInterval(() => this.#look(), SWEEP_MS);
    this.#accepting = listening.accept(
      (conn) => this.#welcome(conn),
      (error) => context.log("error", `a connection could not be taken: ${messageOf(error)}`),
    );
  }

  snapshot(): TrackerSnapshot {
    const { registry, gate, metrics } = this.#core;
    const { http, udp } = metrics.announces;
    return {
      connections: gate.size,
      names: registry.names,
      peers: registry.peers,
      requests: this.#requests + http + udp,
      refused: this.#refused + metrics.refusedBy("http") + metrics.refusedBy("udp"),
    };
  }

  async reload(): Promise<void> {
    await Promise.all([this.#control.reload(), this.#doors?.reload(), this.#live.reload()]);
  }

  stop(graceMs: number): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#core.ready = false;
    this.#expiry[Symbol.dispose]();
    this.#control[Symbol.dispose]();
    this.#listening.close();
    this.#stopping.abort();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.close();
    }, graceMs);
    await Promise.all([this.#accepting, this.#doors?.stop(graceMs), ...this.#serving]);
    clearTimeout(timer);
    clearInterval(this.#sweep);
    await this.#live[Symbol.asyncDispose]();
    await this.#state?.[Symbol.asyncDispose]();
  }

  #welcome(conn: Deno.TcpConn): void {
    const { gate, access } = this.#core;
    const connection = new SweptConnection(conn);
    const host = connection.remoteHost;
    if (!access.takesAddress(host)) {
      return this.#turnAway(connection, "Your address may not use this tracker", "debug");
    }
    const reason = gate.enter(host);
    if (reason !== undefined) return this.#turnAway(connection, reason, "warn");
    const serving = this.#serve(connection).finally(() => {
      this.#serving.delete(serving);
      gate.leave(host);
    });
    this.#serving.add(serving);
  }

  #look(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.sweep(now);
  }

  async #serve(connection: SweptConnection): Promise<void> {
    const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
    const { log, clock } = this.#context;
    this.#connections.add(connection);
    try {
      await serveLines(connection, this.#core, {
        now: () => clock.now(),
        stopping: this.#stopping.signal,
        ...(this.#doors ? { http: this.#doors } : {}),
        onRequest: (kind, summary) => {
          this.#requests++;
          if (kind === "refused") this.#refused++;
          if (log.takes?.("debug") ?? true) log("debug", `${who} ${kind} ${summary()}`);
        },
      });
    } catch (error) {
      log("debug", `${who} ${messageOf(error)}`);
    } finally {
      this.#connections.delete(connection);
      connection.close();
    }
  }

  #turnAway(connection: SweptConnection, reason: string, level: "debug" | "warn"): void {
    this.#refused++;
    if (this.#turningAway >= MAX_TURNING_AWAY) return connection.close();
    this.#turningAway++;
    this.#connections.add(connection);
    const now = this.#context.clock.now();
    const told = level === "warn" && now - (this.#warned.get(reason) ?? -Infinity) < WARN_AGAIN_MS;
    if (level === "warn" && !told) this.#warned.set(reason, now);
    const text = `${connection.remoteHost} turned away: ${reason}`;
    this.#context.log(told ? "debug" : level, text);
    connection.write(encodeClassicError(reason), TURN_AWAY_MS)
      .then(() => connection.finish(TURN_AWAY_MS))
      .catch(() => connection.close())
      .finally(() => {
        this.#turningAway--;
        this.#connections.delete(connection);
      });
  }
}
