import { assert, assertEquals, assertFalse } from "jsr:@std/assert@1";
import { peerId } from "../base/ids.ts";
import { Blame } from "./blame.ts";
import type { Contributor } from "./contributor.ts";
import { MAX_REMEMBERED_FAILURES } from "./defaults.ts";
import { PartialPiece } from "./partial_pieces.ts";

function someone(host: string): Contributor {
  return { host, id: peerId("01".repeat(20))!, sharedBlame: 0 };
}

/** A piece whose blocks came from these. */
function pieceOf(piece: number, ...senders: Contributor[]): PartialPiece {
  const partial = new PartialPiece(piece, senders.length, senders.length, 0);
  senders.forEach((sender, block) => partial.hold(block, sender, 0));
  return partial;
}

/** Hashes of blocks that are told apart by one byte. */
function hashes(...blocks: number[]): Uint8Array {
  const bytes = new Uint8Array(32 * blocks.length);
  blocks.forEach((block, at) => bytes.fill(block, 32 * at, 32 * at + 32));
  return bytes;
}

Deno.test("Blame: the second bad piece with shared blame is enough", () => {
  const [liar, one, other] = [someone("a"), someone("b"), someone("c")];
  const blame = new Blame();
  assertEquals(blame.share(pieceOf(1, liar, one), hashes(1, 2)), []);
  assertEquals(blame.share(pieceOf(2, other, liar), hashes(1, 2)), [liar]);
  assertEquals([liar, one, other].map((each) => each.sharedBlame), [2, 1, 1]);
});

Deno.test("Blame: a good piece tells who had sent wrong blocks, and clears the others", () => {
  const [liar, honest] = [someone("a"), someone("b")];
  const blame = new Blame();
  blame.share(pieceOf(1, honest, liar, honest), hashes(1, 66, 3));
  assert(blame.remembers(1));
  assertEquals(blame.resolve(1, hashes(1, 2, 3)), [liar]);
  assertEquals([honest.sharedBlame, liar.sharedBlame], [0, 1]);
  assertFalse(blame.remembers(1));
  assertEquals(blame.resolve(1, hashes(1, 2, 3)), []);
});

Deno.test("Blame: without the hashes of the blocks nobody is found guilty or cleared", () => {
  const [one, other] = [someone("a"), someone("b")];
  const blame = new Blame();
  blame.share(pieceOf(1, one, other), undefined);
  assertFalse(blame.remembers(1));
  assertEquals(blame.resolve(1, hashes(1, 2)), []);
  blame.share(pieceOf(2, one, other), hashes(1, 2));
  assertEquals(blame.resolve(2, undefined), []);
  assertEquals(one.sharedBlame, 2);
});

Deno.test("Blame: the failures of only so many pieces are remembered", () => {
  const blame = new Blame();
  for (let piece = 0; piece <= MAX_REMEMBERED_FAILURES; piece++) {
    blame.share(pieceOf(piece, someone("a"), someone("b")), hashes(1, 2));
  }
  assertFalse(blame.remembers(0));
  assert(blame.remembers(1) && blame.remembers(MAX_REMEMBERED_FAILURES));
});
