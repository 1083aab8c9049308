import { assertEquals } from "jsr:@std/assert@1";
import { StandingClock } from "../../../tests/support/in_process.ts";
import { infoHash, peerId } from "../../base/ids.ts";
import { silentLog } from "../../base/log.ts";
import { Registry } from "../../tracker/registry.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { TrackerCore } from "./tracker_core.ts";
import { TrackerLive } from "./tracker_live.ts";
import { TrackerMetrics } from "./tracker_metrics.ts";

const HASH = infoHash("11".repeat(20))!;
const ID = peerId("2d5452343035302d".padEnd(40, "a"))!;
const NOON = 1_700_000_000_000;

/** A tracker on a clock of the test's own, which began at noon. */
function newLive() {
  const clock = new StandingClock();
  const sizes = { ttlMs: 240_000, maxPortsPerAddress: 5 };
  const core = new TrackerCore({
    registry: new Registry({
      classic: { ...sizes, maxPeersPerName: 100 },
      shares: { ...sizes, maxPeersPerSwarm: 100, random: { next: () => 0.5 } },
      announceRate: 1,
      announceBurst: 1,
    }),
    metrics: new TrackerMetrics(),
    gate: new ConnectionGate({ maxConnections: 1, maxConnectionsPerAddress: 1 }),
    log: silentLog,
    now: () => clock.now(),
  });
  const live = new TrackerLive(core, { wall: () => NOON + clock.now() - 1_000 });
  const announce = (port: number) => {
    const peer = { hash: HASH, host: "127.0.0.1", port, peerId: ID, left: 0, stopped: false };
    core.registry.announce({ ...peer, numwant: 0 }, clock.now());
    core.metrics.announced("udp", 1);
  };
  return { live, clock, announce };
}

/** Lets what was begun come to its end. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("tracker live: what the tracker and its shares did is told with the time of day", async () => {
  const { live, clock, announce } = newLive();
  announce(1);
  for (let n = 0; n < 30; n++) {
    live.sample();
    await turn();
    clock.advance(1_000);
    if (n === 14) announce(2);
  }
  const { step, end, values } = live.history("5m");
  assertEquals([step, end], [1, NOON / 1000 + 29]);
  assertEquals([values.udp.length, values.udp[14], values.seeders.at(-1)], [29, 1, 2]);
  const { rates, latency } = live.stats();
  assertEquals([rates.udp, latency.mean], [0, 0.001]);
  const share = live.shareHistory(live.core.registry.view.find(HASH)!.order, "1h");
  assertEquals([share.step, share.values], [
    10,
    { seeders: [1, 1], leechers: [0, 0], announces: [0, 1] },
  ]);
  await live[Symbol.asyncDispose]();
});

Deno.test("tracker live: kinds of peers are counted once a second at most", () => {
  const { live, clock, announce } = newLive();
  announce(1);
  const counted = () => live.crowd(HASH)?.clients.get("TR");
  assertEquals(counted(), 1);
  announce(2);
  clock.advance(999);
  assertEquals(counted(), 1);
  clock.advance(1);
  assertEquals(counted(), 2);
});
