import { assert, assertEquals } from "jsr:@std/assert@1";
import { Layout } from "../meta/layout.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import type { FileHandle, FileSystem } from "./file_system.ts";
import { localFileSystem } from "./local_file_system.ts";
import { PieceReader } from "./piece_reader.ts";

const PIECE = 1024 * 1024;
const PIECES = 16;

/** A file whose bytes tell where they stand, and what was read of it into which memory. */
function numberedFile() {
  const reads: number[] = [];
  const memories = new Set<ArrayBufferLike>();
  const handle = {
    state: () => ({ size: PIECE * PIECES, mtime: 0, id: "1" }),
    readLater(into: Uint8Array, at: number) {
      reads.push(at);
      memories.add(into.buffer);
      for (let n = 0; n < into.length; n++) into[n] = byteAt(at + n);
      return Promise.resolve(into.length);
    },
    close() {},
  } as unknown as FileHandle;
  const files: FileSystem = { ...localFileSystem, open: () => handle };
  const layout = new Layout({
    pieceLength: PIECE,
    pieceCount: PIECES,
    span: PIECE * PIECES,
    files: [{ length: PIECE * PIECES, offset: 0 }],
    v1: {},
  });
  const reader = new PieceReader(layout, files, (_, offset) => ({ path: "a", offset, id: "1" }));
  return { reader, reads, memories };
}

function byteAt(at: number): number {
  return (at ^ at >>> 8 ^ at >>> 16) & 255;
}

async function readBlock(reader: PieceReader, piece: number, begin: number): Promise<void> {
  const into = new Uint8Array(BLOCK_LENGTH);
  await reader.read(piece, begin, into);
  const first = piece * PIECE + begin;
  assert(into.every((byte, at) => byte === byteAt(first + at)), `piece ${piece} from ${begin} on`);
}

Deno.test("piece reader: who reads on is served from little memory, each byte read once", async () => {
  const { reader, reads, memories } = numberedFile();
  using _ = reader;
  for (let piece = 0; piece < PIECES; piece++) {
    for (let begin = 0; begin < PIECE; begin += BLOCK_LENGTH) await readBlock(reader, piece, begin);
  }
  assertEquals(reads.length, PIECES * PIECE / (256 * 1024));
  assert(memories.size <= 4, `${memories.size} buffers`);
});

Deno.test("piece reader: many who read at different places do not take each other's memory", async () => {
  const { reader, reads } = numberedFile();
  using _ = reader;
  for (let begin = 0; begin < PIECE; begin += BLOCK_LENGTH) {
    const asked = Array.from({ length: PIECES }, (_, piece) => readBlock(reader, piece, begin));
    await Promise.all(asked);
  }
  assertEquals(reads.length, PIECES * PIECE / (256 * 1024));
});

Deno.test("piece reader: at once what is in memory, whole and as it is asked for", async () => {
  const { reader, reads } = numberedFile();
  using _ = reader;
  const into = new Uint8Array(BLOCK_LENGTH);
  assertEquals(reader.readNow(3, 0, into), false, "nothing is read yet");
  const waiting = reader.read(3, 0, into.slice());
  assertEquals(reader.readNow(3, BLOCK_LENGTH, into), false, "it is being read");
  await waiting;
  for (let begin = 0; begin < 256 * 1024; begin += BLOCK_LENGTH) {
    assert(reader.readNow(3, begin, into), `from ${begin} on`);
    assert(into.every((byte, at) => byte === byteAt(3 * PIECE + begin + at)), `from ${begin} on`);
  }
  const elsewhere = [256 * 1024, 256 * 1024 - 1, -1, 0.5, -BLOCK_LENGTH, PIECE, NaN];
  for (const begin of elsewhere) assertEquals(reader.readNow(3, begin, into), false, `${begin}`);
  assertEquals(reader.readNow(4, 0, into), false, "another piece");
  assertEquals(reads.length, 1);
  for (let piece = 4; piece < 12; piece++) {
    for (let begin = 0; begin < PIECE; begin += BLOCK_LENGTH) await readBlock(reader, piece, begin);
  }
  assertEquals(reader.readNow(3, 0, into), false, "others have its memory");
});

Deno.test("piece reader: what was just read to its end is still there", async () => {
  const { reader, reads } = numberedFile();
  using _ = reader;
  const last = 256 * 1024 - BLOCK_LENGTH;
  await readBlock(reader, 0, last);
  await readBlock(reader, 0, 0);
  await readBlock(reader, 0, last);
  assertEquals(reads.length, 1);
});
