/**
 * One load on one tracker, in a process of its own: `deno run -A load.ts JSON`. It writes `warm` once
 * it begins to measure, and at the end the {@linkcode LoadResult} as JSON.
 *
 * Without a rate each client asks again as soon as it is answered. With a rate requests are due at
 * even distances whatever the tracker does, and times count from when one was due.
 */
import process from "node:process";
import { StreamClients } from "./stream_clients.ts";
import { Times } from "./times.ts";
import { UdpClients } from "./udp_clients.ts";
import type { Dialect } from "./requests.ts";

/** What is asked of a load. */
export interface LoadOptions {
  readonly dialect: Dialect;
  readonly port: number;
  /** Clients at the same time: connections, or sockets of UDP. */
  readonly clients: number;
  /** Whether connections are kept. */
  readonly keep: boolean;
  /** Requests that one client has under way at most. */
  readonly depth: number;
  /** Requests a second; absent: as many as are answered. */
  readonly rate?: number;
  readonly warmUpMs: number;
  readonly ms: number;
  /** Different peers, in so many swarms. */
  readonly peers: number;
  readonly swarms: number;
  /** Each peer announces once, and that is all. */
  readonly once?: boolean;
  /** So many loopback addresses that clients come from; absent: one. */
  readonly sources?: number;
}

/** What it came to, in the measured time. */
export interface LoadResult {
  readonly answers: number;
  /** Of them errors. What broke or never came is none of the answers. */
  readonly errors: number;
  readonly broken: number;
  readonly seconds: number;
  /** Milliseconds: median, 99th percentile. */
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
  /** Seconds of the processor that this process took. */
  readonly processor: number;
}

/** Told by clients of what came of requests. */
export interface Outcome {
  answered(ms: number, error: boolean): void;
  broke(): void;
}

/** Clients of one kind. */
export interface Clients {
  /** Whether one has nothing to do; then {@linkcode ask} makes it ask. */
  readonly free: boolean;
  /** Whether no request is left that was to be sent once. */
  readonly done: boolean;
  /** @param due When the request was to be sent. */
  ask(due: number): void;
  /** Waits for so long at most for answers, and notes them. */
  wait(ms: number): void;
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(Deno.args[0]!) as LoadOptions)));
}

// deno-lint-ignore require-await -- nothing else is done meanwhile
async function run(options: LoadOptions): Promise<LoadResult> {
  const { rate, warmUpMs, ms, once } = options;
  let times = new Times();
  let [answers, errors, broken] = [0, 0, 0];
  const outcome: Outcome = {
    answered(ms, error) {
      answers++;
      if (error) errors++;
      times.add(ms);
    },
    broke() {
      broken++;
    },
  };
  const clients: Clients = options.dialect === "udp"
    ? new UdpClients(options, outcome)
    : new StreamClients({ ...options, dialect: options.dialect }, outcome);
  const start = performance.now();
  let began = start;
  let used = process.cpuUsage();
  let warm = false;
  let due = start;
  for (let now = start; !(once && clients.done); now = performance.now()) {
    if (!warm && now >= start + warmUpMs) {
      [answers, errors, broken, times] = [0, 0, 0, new Times()];
      began = now;
      used = process.cpuUsage();
      warm = true;
      console.log("warm");
    }
    if (!once && now >= start + warmUpMs + ms) break;
    if (rate === undefined) {
      while (clients.free && !clients.done) clients.ask(now);
      clients.wait(10);
    } else {
      for (; due <= now && clients.free; due += 1_000 / rate) clients.ask(due);
      clients.wait(due > now ? due - now : 1);
    }
  }
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  return {
    answers,
    errors,
    broken,
    seconds,
    median: times.at(0.5),
    p99: times.at(0.99),
    worst: times.at(1),
    processor: (user + system - used.user - used.system) / 1e6,
  };
}
