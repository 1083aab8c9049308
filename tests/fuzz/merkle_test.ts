import { assert, assertEquals } from "jsr:@std/assert@1";
import { equalBytes } from "../../lib/base/bytes.ts";
import type { HashRange, MerkleTree } from "../../lib/meta/merkle.ts";
import { emptyLike, leavesOf, rangesOf, treeOf } from "../support/naive_merkle.ts";
import { mutate, RUNS, seeded } from "./mutations.ts";

const SHAPES = [[1, 1], [2, 1], [3, 4], [5, 2], [8, 4], [13, 2], [16, 16], [33, 8]] as const;

/** Numbers that no range should have, beside those that one may. */
const NUMBERS = [0, 1, 2, 3, 4, 8, 16, 32, 512, 1_024, -1, -2, 0.5, NaN, 2 ** 31, 2 ** 32, 2 ** 53];

/** Each tree whole, with all its ranges. */
const SAMPLES = SHAPES.map(([blocks, perPiece]) => {
  const full = treeOf(leavesOf(blocks), perPiece);
  return { full, ranges: [...rangesOf(full)] };
});

function mutatedRange(range: HashRange, random: () => number): HashRange {
  const pick = (from: readonly number[]) => from[Math.floor(random() * from.length)]!;
  const key = (["baseLayer", "index", "length", "proofLayers"] as const)[Math.floor(random() * 4)]!;
  if (random() < 0.1) return { ...range, root: mutate(range.root, random) };
  const value = random() < 0.5 ? range[key] + pick([-2, -1, 1, 2]) : pick(NUMBERS);
  return { ...range, [key]: value };
}

/** How many leaves and pieces are known; fails if one of them is not the file's. */
function knownOf(tree: MerkleTree, full: MerkleTree): number {
  let known = 0;
  for (let block = 0; block < full.blockCount; block++) {
    const hash = tree.blockHash(block);
    if (hash) assert(equalBytes(hash, full.blockHash(block)!), `block ${block}`);
    if (hash) known++;
  }
  for (let piece = 0; piece < full.pieceCount; piece++) {
    const hash = tree.pieceHash(piece);
    if (hash) assert(equalBytes(hash, full.pieceHash(piece)!), `piece ${piece}`);
    if (hash) known++;
  }
  return known;
}

Deno.test("fuzz: mutated hashes are never taken for the file's, and what is refused changes nothing", () => {
  const random = seeded(52_101);
  const verdicts = { added: 0, bad: 0, unproven: 0 };
  for (let run = 0; run < RUNS; run++) {
    const { full, ranges } = SAMPLES[run % SAMPLES.length]!;
    const original = ranges[Math.floor(random() * ranges.length)] ??
      { root: full.root, baseLayer: 0, index: 0, length: 2, proofLayers: 0 };
    const tree = emptyLike(full);
    if (random() < 0.5) assert(tree.setPieceLayer(full.pieceLayer()!));
    const before = [knownOf(tree, full), tree.byteLength];
    const payload = full.hashesFor(original) ?? full.root;
    const range = random() < 0.6 ? mutatedRange(original, random) : original;
    const hashes = random() < 0.6 ? mutate(payload, random) : payload;
    const verdict = tree.addHashes(range, hashes);
    verdicts[verdict]++;
    const truth = full.hashesFor(range);
    if (verdict === "added") {
      assert(truth && equalBytes(truth, hashes));
      assert(knownOf(tree, full) >= before[0]!);
      for (const each of ranges) {
        const answer = tree.hashesFor(each);
        assert(!answer || equalBytes(answer, full.hashesFor(each)!));
      }
    } else {
      assertEquals([knownOf(tree, full), tree.byteLength], before);
      if (verdict === "bad") assert(!truth || !equalBytes(truth, hashes), "the file's own hashes");
    }
  }
  const kinds = Object.values(verdicts).filter((many) => many > RUNS / 100);
  assertEquals(kinds.length, 3, `every verdict was seen: ${JSON.stringify(verdicts)}`);
});

Deno.test("fuzz: mutated piece layers are taken only if they are the file's", () => {
  const random = seeded(52_102);
  for (let run = 0; run < RUNS; run++) {
    const { full } = SAMPLES[run % SAMPLES.length]!;
    const tree = emptyLike(full);
    const layer = mutate(full.pieceLayer()!, random);
    const same = equalBytes(layer, full.pieceLayer()!);
    assertEquals(tree.setPieceLayer(layer), same);
    if (full.pieceCount > 1) assertEquals(tree.pieceLayer(), same ? layer : undefined);
  }
});
