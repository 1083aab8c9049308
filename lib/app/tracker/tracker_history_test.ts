import { assert, assertEquals } from "jsr:@std/assert@1";
import { BOUNDS, type Totals, TrackerMetrics } from "./tracker_metrics.ts";
import { ratesBetween } from "./announce_rates.ts";
import { TrackerHistory } from "./tracker_history.ts";

const GAUGES = { memory: 50_000_000, connections: 3, shares: 2, seeders: 5, leechers: 7 };

/** Counts after so many seconds of 10 announces a second over HTTP, 1 ms each, and one error. */
function totalsAfter(seconds: number): Totals {
  const times = BOUNDS.map((bound) => bound === 0.001 ? 10 * seconds : 0);
  const counts = { line: 0, http: 10 * seconds, udp: 0, errors: seconds };
  return { ...counts, seconds: 0.01 * seconds, times: [...times, 0] };
}

Deno.test("tracker history: rates, latency and the rest for every second, and means of longer steps", () => {
  const history = new TrackerHistory();
  for (let n = 0; n <= 120; n++) {
    history.sample(1_000 * n, totalsAfter(n), { ...GAUGES, leechers: n < 60 ? 0 : 10 });
  }
  const { step, end, values } = history.read("5m", 120_000, 1_000_000_000);
  assertEquals([step, end, values.http.length], [1, 1_000_120, 120]);
  assertEquals([values.http[5], values.errors[5], values.line[5]], [10, 1, 0]);
  assertEquals([values.latency_mean[5], values.memory[5]], [0.001, 50_000_000]);
  assertEquals([values.leechers[59], values.leechers[60]], [0, 10]);
  const minutes = history.read("1d", 120_000, 0);
  assertEquals([minutes.step, minutes.end], [60, 120]);
  assertEquals(minutes.values.http, [10, 10]);
  assertEquals(minutes.values.leechers, [0, 10]);
  assertEquals(history.read("30d", 120_000, 0).values.http, []);
  const { http, mean } = history.recent(120_500, totalsAfter(120));
  assert(http > 9 && http <= 10 && mean === 0.001);
});

Deno.test("tracker history: no announces, no latency; a late sample stands for what it missed, a long silence for nothing", () => {
  const history = new TrackerHistory();
  for (const second of [0, 1, 3, 20, 21]) {
    history.sample(second * 1_000, { ...totalsAfter(0), http: 2 * second }, GAUGES);
  }
  const { values } = history.read("5m", 21_000, 0);
  assertEquals(values.http.slice(0, 4), [2, 2, 2, null]);
  assertEquals(values.http.slice(-2), [2, 2]);
  assertEquals(values.latency_p99[0], null);
});

Deno.test("tracker history: before the first sample nothing is known", () => {
  const history = new TrackerHistory();
  assertEquals(history.recent(5_000, totalsAfter(5)), {
    line: 0,
    http: 0,
    udp: 0,
    errors: 0,
    mean: undefined,
    p99: undefined,
  });
  assertEquals(history.read("1h", 5_000, 0).values.memory, []);
});

Deno.test("announce rates: 99 of 100 took less, as nearly as the histogram tells", () => {
  const metrics = new TrackerMetrics();
  const before = metrics.totals();
  for (let n = 0; n < 980; n++) metrics.announced("udp", 0.02);
  for (let n = 0; n < 20; n++) metrics.announced("line", 3);
  metrics.failed("http", "full");
  const { p99, mean, udp, line, errors } = ratesBetween(before, metrics.totals(), 10);
  assert(p99! > 0.0025 && p99! < 0.005);
  assert(Math.abs(mean! - 0.0000796) < 1e-9);
  assertEquals([udp, line, errors], [98, 2, 0.1]);
  const slow = metrics.totals();
  metrics.announced("http", 5_000);
  assertEquals(ratesBetween(slow, metrics.totals(), 1).p99, 1);
});
