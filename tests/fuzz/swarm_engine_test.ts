import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "jsr:@std/assert@1";
import { addressKind } from "../../lib/base/ip.ts";
import { below, type Random } from "../../lib/base/random.ts";
import { MAX_HALF_OPEN, MAX_QUEUED_REQUESTS } from "../../lib/swarm/defaults.ts";
import { SwarmError } from "../../lib/swarm/errors.ts";
import type { SwarmOutput } from "../../lib/swarm/types.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type HarnessOptions, idOf, setOf, SwarmHarness } from "../support/swarm_harness.ts";
import { SwarmWorld } from "../support/swarm_world.ts";
import { RUNS } from "./mutations.ts";

/** Inputs of each sequence. */
const STEPS = 500;
const PIECES = 12;
const MOST_BYTES = 6 * 4 * 16_384;

function anyHarness(random: Random, seed: number): HarnessOptions {
  const pieces = () => [...Array(PIECES).keys()].filter(() => below(random, 3) === 0);
  return {
    seed,
    pieces: PIECES,
    blocks: [1, 2, 4][below(random, 3)]!,
    short: below(random, 16_384),
    v1: below(random, 2) === 0,
    private: below(random, 4) === 0,
    magnet: below(random, 4) === 0,
    have: below(random, 4) === 0 ? "all" : below(random, 2) === 0 ? pieces() : [],
    unproven: below(random, 3) === 0 ? pieces() : [],
    metadata: new Uint8Array(40_000),
    options: {
      maxConnections: 30,
      maxPartialBytes: MOST_BYTES,
      sequential: below(random, 4) === 0,
      ...below(random, 2) === 0 && { uploadSlots: 2 },
    },
  };
}

/** What holds of one output, before the world has taken note of it. */
function checkOutput(world: SwarmWorld, output: SwarmOutput, closed: Set<number>): void {
  switch (output.kind) {
    case "send":
    case "serve_hashes":
      assert(!closed.has(output.peer), `${output.kind} to a peer that is closed`);
      break;
    case "serve": {
      assert(!closed.has(output.peer), "a block to a peer that is closed");
      const { piece, begin, length } = output.request;
      assert(world.have.has(piece), `serves piece ${piece}, which is not here`);
      assert(world.swarm.torrent.layout.isValidRequest(piece, begin, length));
      break;
    }
    case "close":
      assert(!closed.has(output.peer), "closed twice");
      closed.add(output.peer);
      assert(/^\P{Cc}+$/u.test(output.reason));
      break;
    case "prove":
      assertEquals(
        world.blocks.get(output.piece)?.size ?? 0,
        world.swarm.torrent.layout.blockCount(output.piece),
        `all blocks of piece ${output.piece} are there`,
      );
      break;
    case "dial": {
      const kind = addressKind(output.address.host);
      assert(["public", "private", "loopback", "link-local"].includes(kind), kind);
      assert(output.address.port > 0 && output.address.port < 65_536);
      break;
    }
    default:
  }
}

/** What holds at any time. */
function checkState(world: SwarmWorld): void {
  const { snapshot } = world.swarm;
  assertEquals(new Set(snapshot.peers.map(({ key }) => key)), new Set(world.peers.keys()));
  assert(snapshot.peers.length <= 30 && snapshot.dialling <= MAX_HALF_OPEN);
  for (const peer of snapshot.peers) {
    assert(peer.requested >= 0 && peer.requested <= MAX_QUEUED_REQUESTS, "outstanding requests");
    assert(peer.waiting <= MAX_QUEUED_REQUESTS);
    assert(peer.downRate >= 0 && peer.upRate >= 0);
    assert((world.peers.get(peer.key)?.serving.length ?? 0) <= 32, "blocks handed out");
  }
  let bytes = 0;
  for (const piece of world.blocks.keys()) bytes += world.swarm.torrent.layout.dataLength(piece);
  assert(bytes <= MOST_BYTES, `${bytes} bytes of begun pieces`);
  if (!snapshot.pieces) return;
  assertEquals(snapshot.pieces.have, world.have.count);
  assert(snapshot.pieces.missing >= 0 && snapshot.pieces.missing <= PIECES - world.have.count);
}

Deno.test("fuzz: no sequence of inputs throws or breaks what the engine promises", () => {
  for (let run = 0; run < RUNS / STEPS; run++) {
    const random = seededRandom(77_000 + run);
    const world = new SwarmWorld(anyHarness(random, run), random);
    let before = world.swarm.snapshot;
    // Outputs are checked in their order, as of the moment when each is to be carried out.
    const closed = new Set<number>();
    world.check = (output) => checkOutput(world, output, closed);
    for (let step = 0; step < STEPS; step++) {
      try {
        world.step();
        checkState(world);
        const after = world.swarm.snapshot;
        for (const total of ["downloaded", "uploaded", "wasted", "verified"] as const) {
          assertGreaterOrEqual(after[total], before[total], total);
        }
        before = after;
      } catch (error) {
        throw new Error(`run ${run}, step ${step}: ${JSON.stringify(world.last)}`, {
          cause: error,
        });
      }
    }
  }
});

Deno.test("fuzz: the caller's own mistakes are told, and change nothing", () => {
  const swarm = new SwarmHarness();
  const peer = swarm.connect();
  const info = { host: "198.51.100.1", fast: true, extended: true, v2: true };
  const twice = () => swarm.give({ kind: "connected", peer: { key: peer, id: idOf(5), ...info } });
  assertEquals(assertThrows(twice, SwarmError).code, "peer_twice");
  const wrong = () => swarm.give({ kind: "want", pieces: setOf(3, []) });
  assertEquals(assertThrows(wrong, SwarmError).code, "wrong_length");
  const engine = () => new SwarmHarness({ options: { wanted: setOf(3, []) } });
  assertEquals(assertThrows(engine, SwarmError).code, "wrong_length");
  assertEquals(swarm.snapshot.peers.length, 1);
});
