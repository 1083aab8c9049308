import { assertEquals } from "jsr:@std/assert@1";
import { setOf, SwarmHarness } from "../../tests/support/swarm_harness.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { below } from "../base/random.ts";

const PIECES = 10;

Deno.test("pieces: interest and availability are what they would be counted anew", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed);
    const swarm = new SwarmHarness({ pieces: PIECES, blocks: 1, v1: true, have: [0] });
    const has = new Map<number, Set<number>>();
    const here = new Set([0]);
    let wanted = new Set(Array(PIECES).keys());
    for (let turn = 0; turn < 300; turn++) {
      const piece = below(random, PIECES);
      const peer = [...has.keys()][below(random, Math.max(1, has.size))];
      switch (below(random, 7)) {
        case 0: {
          if (has.size > 5) break;
          const pieces = [...Array(PIECES).keys()].filter(() => below(random, 2));
          has.set(swarm.connect({ has: pieces, extensions: ["lt_donthave"] }), new Set(pieces));
          break;
        }
        case 1:
          if (peer === undefined) break;
          swarm.give({ kind: "left", peer });
          has.delete(peer);
          break;
        case 2:
        case 3:
          if (peer === undefined) break;
          swarm.say(peer, { kind: "have", piece });
          has.get(peer)!.add(piece);
          break;
        case 4:
          if (peer === undefined) break;
          swarm.say(peer, { kind: "dont_have", piece });
          has.get(peer)!.delete(piece);
          break;
        case 5:
          swarm.give({ kind: "lost", piece });
          here.delete(piece);
          break;
        default:
          // Piece 9 is always wanted and never here, so nobody is let go as of no use.
          wanted = new Set([...Array(PIECES).keys()].filter((at) => at === 9 || below(random, 2)));
          swarm.give({ kind: "want", pieces: setOf(PIECES, [...wanted]) });
      }
      const { peers, availability, pieces } = swarm.snapshot;
      const counts = [...Array(PIECES).keys()].map((at) =>
        [...has.values()].filter((one) => one.has(at)).length + (here.has(at) ? 1 : 0)
      );
      const least = Math.min(...counts);
      const more = counts.filter((count) => count > least).length;
      assertEquals(availability, least + more / PIECES);
      assertEquals(pieces!.missing, [...wanted].filter((at) => !here.has(at)).length);
      for (const { key, amInterested, seed: isSeed } of peers) {
        const theirs = has.get(key)!;
        const interesting = [...theirs].some((at) => wanted.has(at) && !here.has(at));
        assertEquals([amInterested, isSeed], [interesting, theirs.size === PIECES]);
      }
    }
  }
});
