import { assertEquals } from "jsr:@std/assert@1";
import { somePeer, someProgress } from "../../tests/support/swarm_progress.ts";
import type { SwarmProgress, SwarmSnapshot } from "../app/swarm_types.ts";
import { type HealthCode, healthOf } from "./health_text.ts";

type Change = [Partial<Omit<SwarmProgress, "snapshot">>, Partial<SwarmSnapshot>, number?];

const IDLE = { downRate: 0 };

Deno.test("why it is slow or stalled is said in a word and a sentence", () => {
  const holding = somePeer({ choking: true, downRate: 0 });
  const table: [Change, HealthCode, string | undefined][] = [
    [[{}, {}], "downloading", undefined],
    [[{}, { ...IDLE, health: "no_peers", peers: [], known: 0 }], "no_peers", "no peers found yet"],
    [
      [{}, { ...IDLE, health: "no_peers", peers: [], known: 1 }],
      "no_peers",
      "the only known peer cannot be reached",
    ],
    [
      [{}, { ...IDLE, health: "no_peers", peers: [], known: 9 }],
      "no_peers",
      "none of 9 known peers can be reached",
    ],
    [[{}, { ...IDLE, health: "connecting", dialling: 3 }], "connecting", "connecting to 3 peers"],
    [[{ phase: "metadata" }, { ...IDLE, health: "metadata" }], "metadata", undefined],
    [
      [{}, { ...IDLE, health: "missing_pieces", seeds: 0, availability: 0.937 }],
      "missing_pieces",
      "no seeds: 93% of it can be had, the rest nobody here has",
    ],
    [[{}, { ...IDLE, health: "hashes" }], "hashes", "waiting for hashes from peers"],
    [
      [{}, { ...IDLE, health: "no_use", seeds: 0 }],
      "no_use",
      "no seeds: the connected peers have nothing new",
    ],
    [
      [{}, { ...IDLE, health: "choked", peers: [holding, holding, somePeer()] }],
      "choked",
      "choked by all 2 peers that have more",
    ],
    [
      [{}, { ...IDLE, health: "choked", peers: [holding] }],
      "choked",
      "choked by the only peer that has more",
    ],
    [[{}, { ...IDLE, health: "snubbed" }], "snubbed", "stalled: the peers that should send do not"],
    [
      [{ proving: 3 }, { ...IDLE, health: "no_use" }],
      "hashing",
      "hashing and writing what has arrived",
    ],
    [[{ proving: 3 }, IDLE], "hashing", "hashing and writing what has arrived"],
    [[{}, IDLE], "downloading", "waiting for the first blocks"],
    [[{ phase: "checking" }, IDLE], "hashing", undefined],
    [[{ phase: "finishing" }, { ...IDLE, health: "complete" }], "hashing", undefined],
    [[{ phase: "seeding" }, { ...IDLE, health: "complete" }], "complete", undefined],
    [[{ downLimit: 11e6 }, {}], "limit", "at the limit of 11 MB/s"],
    [[{ downLimit: 20e6 }, {}], "downloading", undefined],
    [
      [{}, { seeds: 0, availability: 0.5 }],
      "no_seeds",
      "no seeds: 50% of it can be had now",
    ],
    [
      [{}, { peers: [somePeer({ downRate: 9.9e6 }), somePeer({ downRate: 1e5 })] }, 60_000],
      "one_uplink",
      "all of it comes from 192.0.2.1",
    ],
    [
      [{}, { peers: [somePeer({ downRate: 9.9e6, age: 5_000 })] }, 60_000],
      "downloading",
      undefined,
    ],
    [[{}, { peers: [somePeer({ downRate: 9.9e6 })] }, 5_000], "downloading", undefined],
  ];
  for (const [[change, snapshot, leftMs], code, text] of table) {
    const health = healthOf(someProgress(change, snapshot), leftMs);
    assertEquals({ code: health.code, text: health.text }, { code, text });
  }
});

Deno.test("what the disk fails at comes before everything else, and harms no terminal", () => {
  const problem = 'cannot write "a\x1b[2J": the disk is full';
  for (const phase of ["checking", "receiving", "finishing", "seeding"] as const) {
    assertEquals(healthOf(someProgress({ phase, problem })), {
      code: "disk",
      text: 'cannot write "a\\u{1b}[2J": the disk is full',
    });
  }
});
