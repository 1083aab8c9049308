/** Runs lib/app inside the test's own process, on loopback; nothing here needs a signal or /proc. */
import { systemClock } from "../../lib/base/clock.ts";
import { STALL_TIMEOUT_MS } from "../../lib/app/defaults.ts";
import { startShare } from "../../lib/app/share.ts";
import { startTracker } from "../../lib/app/tracker/tracker.ts";
import type {
  AppContext,
  DownloadOptions,
  HostPort,
  RunningShare,
  RunningTracker,
  SeedOptions,
  TrackerOptions,
} from "../../lib/app/types.ts";

/** How long a test waits for something before it gives up; decides nothing else. */
const PATIENCE_MS = 60_000;

/** A context whose log can be waited for. */
export class Watched implements AppContext {
  readonly lines: string[] = [];
  readonly clock: AppContext["clock"];
  readonly signal?: AbortSignal;
  readonly #waiting = new Set<() => void>();

  constructor(options: Partial<Omit<AppContext, "log">> = {}) {
    this.clock = options.clock ?? systemClock;
    if (options.signal) this.signal = options.signal;
  }

  readonly log: AppContext["log"] = (level, message) => {
    this.lines.push(`${level} ${message}`);
    for (const wake of this.#waiting) wake();
  };

  /** Waits for a line of the log. */
  async logged(pattern: RegExp): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no line ${pattern} in:\n${this.lines.join("\n")}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => wake(), left);
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }
}

/** A clock that stands still until it is told to go on. */
export class StandingClock {
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** A tracker on a free port of loopback, and where it is. */
export async function trackerHere(
  options: Partial<TrackerOptions> = {},
  context: AppContext = new Watched(),
): Promise<RunningTracker & { readonly at: readonly HostPort[] }> {
  const tracker = await startTracker({
    host: "127.0.0.1",
    port: 0,
    classicTtlMs: 60_000,
    nameTtlMs: 60_000,
    maxConnections: 1_000,
    maxConnectionsPerAddress: 64,
    maxPeersPerName: 1_000,
    maxPortsPerAddress: 5,
    announceRate: 10,
    announceBurst: 50,
    ...options,
  }, context);
  return Object.assign(tracker, { at: [{ host: "127.0.0.1", port: tracker.port }] });
}

/** A share on a free port of loopback. */
export function shareHere(
  path: string,
  trackers: readonly HostPort[],
  options: Partial<SeedOptions> = {},
  context: AppContext = new Watched(),
): Promise<RunningShare> {
  const given = { host: "127.0.0.1", maxConnections: 200, ...options };
  return startShare({ path, trackers, ...given }, context);
}

/** The options of a download, the dull ones filled in. */
export function wanted(
  name: string,
  dest: string,
  trackers: readonly HostPort[],
  options: Partial<DownloadOptions> = {},
): DownloadOptions {
  return {
    name,
    dest,
    trackers,
    from: [],
    force: false,
    stallTimeoutMs: STALL_TIMEOUT_MS,
    ...options,
  };
}
