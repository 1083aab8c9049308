import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { blocksOf, torrentOf } from "../../tests/support/torrents.ts";
import { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { PieceBuffers } from "./piece_buffers.ts";

Deno.test("piece buffers: blocks come in any order, twice, and go again", () => {
  const torrent = torrentOf({ a: bytesOf(100_000) });
  const buffers = new PieceBuffers(torrent.layout, false);
  const [first, second] = [...blocksOf(torrent, 0)];
  buffers.put(0, second!.begin, new Uint8Array(BLOCK_LENGTH));
  buffers.put(0, second!.begin, second!.data);
  assertEquals(buffers.get(0)?.missing, 1);
  buffers.put(0, first!.begin, first!.data);
  assertEquals(buffers.get(0)?.missing, 0);
  assertEquals(buffers.get(0)?.data, torrent.piece(0));
  buffers.dropBlock(0, 0);
  buffers.dropBlock(0, 0);
  assertEquals(buffers.get(0)?.missing, 1);
  buffers.dropBlock(0, BLOCK_LENGTH);
  assertEquals(buffers.get(0), undefined, "nothing is kept of a piece without blocks");
  buffers.dropBlock(0, 0);
  buffers.drop(0);
});

Deno.test("piece buffers: what is no block of the torrent is refused", () => {
  const torrent = torrentOf({ a: bytesOf(40_000) });
  const buffers = new PieceBuffers(torrent.layout, false);
  const block = new Uint8Array(BLOCK_LENGTH);
  for (
    const [piece, begin, data] of [
      [0, 1, block],
      [0, 0, block.subarray(1)],
      [0, 2 * BLOCK_LENGTH, block],
      [0, -BLOCK_LENGTH, block],
      [1, 0, block],
      [2, 0, block],
      [-1, 0, block],
      [0.5, 0, block],
      [0, NaN, block],
    ] as const
  ) {
    assertThrows(() => buffers.put(piece, begin, data), RangeError);
  }
  assertEquals(buffers.get(0), undefined);
});

Deno.test("piece buffers: padding within a piece is zeros, whatever came", () => {
  const layout = new Layout({
    pieceLength: 2 * BLOCK_LENGTH,
    pieceCount: 1,
    span: 30_000,
    files: [{ length: 100, offset: 0 }, { length: 10_000, offset: 20_000 }],
    v1: {},
  });
  const buffers = new PieceBuffers(layout, true);
  buffers.put(0, 0, new Uint8Array(BLOCK_LENGTH).fill(1));
  buffers.put(0, BLOCK_LENGTH, new Uint8Array(30_000 - BLOCK_LENGTH).fill(1));
  const expected = new Uint8Array(30_000).fill(1, 0, 100).fill(1, 20_000);
  assertEquals(buffers.get(0)?.data, expected);
});

Deno.test("piece buffers: memory is used again, and nothing of it shows", () => {
  const torrent = torrentOf({ a: bytesOf(40_000) });
  const buffers = new PieceBuffers(torrent.layout, false);
  for (const { begin, data } of blocksOf(torrent, 0)) buffers.put(0, begin, data);
  const memory = buffers.get(0)!.data.buffer;
  buffers.drop(0);
  const [last] = [...blocksOf(torrent, 1)];
  buffers.put(1, 0, last!.data);
  assertEquals(buffers.get(1)!.data.buffer, memory);
  assertEquals(buffers.get(1)!.data, torrent.piece(1));
});
