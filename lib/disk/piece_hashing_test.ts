import { assert, assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { PieceHashing } from "./piece_hashing.ts";
import { type PieceAsk, PieceRoom } from "./piece_room.ts";

const LENGTH = 4 * BLOCK_LENGTH;
const ASK: PieceAsk = { length: LENGTH, padding: 0, width: 4 };

/** Pieces that are enough to begin a thread. */
const MANY = 16 * 1024 * 1024 / LENGTH;

function roomWith(seed: number): PieceRoom {
  const room = PieceRoom.of(LENGTH);
  room.data.set(bytesOf(LENGTH, seed));
  return room;
}

function hashesOf(room: PieceRoom): Uint8Array[] {
  return [room.sha1, room.root, room.leaves].map((hash) => hash.slice());
}

/** Hashes of the same data, made in this thread. */
function wanted(seed: number): Uint8Array[] {
  const room = roomWith(seed);
  room.hash(ASK);
  return hashesOf(room);
}

/** Hands over pieces until the thread takes one. */
async function lendFirst(hashing: PieceHashing, room: PieceRoom): Promise<Promise<void>> {
  for (let tries = 0; tries < 2_000; tries++) {
    const lent = hashing.hash(room, ASK);
    if (lent) return lent;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("no thread took a piece within 10 s");
}

function makeBusy(hashing: PieceHashing): void {
  const room = roomWith(0);
  for (let piece = 0; piece < MANY; piece++) assertEquals(hashing.hash(room, ASK), undefined);
}

Deno.test("piece hashing: pieces that come fast go to another thread, and come back hashed", async () => {
  using hashing = new PieceHashing(LENGTH, true, () => 0);
  makeBusy(hashing);
  await lendFirst(hashing, roomWith(0));
  const rooms = [1, 2, 3, 4, 5].map(roomWith);
  const lent = rooms.map((room) => hashing.hash(room, ASK));
  assert(lent.some((one) => one !== undefined));
  await Promise.all(lent);
  for (const [index, room] of rooms.entries()) assertEquals(hashesOf(room), wanted(index + 1));
});

Deno.test("piece hashing: what is hashed is seen without a turn of the event loop", async () => {
  using hashing = new PieceHashing(LENGTH, true, () => 0);
  makeBusy(hashing);
  await lendFirst(hashing, roomWith(0));
  const room = roomWith(1);
  let back = false;
  const lent = hashing.hash(room, ASK)!.then(() => back = true);
  const deadline = performance.now() + 10_000;
  while (!room.isHashed && performance.now() < deadline) await Promise.resolve();
  assert(room.isHashed && !back);
  hashing.poll();
  await lent;
  assert(back);
});

Deno.test("piece hashing: more than the thread has room for is hashed here", async () => {
  using hashing = new PieceHashing(LENGTH, true, () => 0);
  makeBusy(hashing);
  await lendFirst(hashing, roomWith(0));
  const rooms = Array.from({ length: 500 }, (_, seed) => roomWith(seed % 3));
  const lent = rooms.map((room) => hashing.hash(room, ASK));
  assert(lent.some((one) => one === undefined));
  await Promise.all(lent);
  const all = [0, 1, 2].map(wanted);
  for (const [index, room] of rooms.entries()) assertEquals(hashesOf(room), all[index % 3]);
});

Deno.test("piece hashing: pieces that come slowly need no thread", () => {
  let now = 0;
  using hashing = new PieceHashing(LENGTH, true, () => now);
  const room = roomWith(0);
  for (let piece = 0; piece < 4 * MANY; piece++) {
    assertEquals(hashing.hash(room, ASK), undefined);
    now += 401 / MANY;
  }
});

Deno.test("piece hashing: once it has ended, all that waited is hashed", async () => {
  const hashing = new PieceHashing(LENGTH, true, () => 0);
  makeBusy(hashing);
  await lendFirst(hashing, roomWith(0));
  const rooms = [1, 2, 3].map(roomWith);
  const lent = rooms.map((room) => hashing.hash(room, ASK));
  hashing[Symbol.dispose]();
  await Promise.all(lent);
  for (const [index, room] of rooms.entries()) assertEquals(hashesOf(room), wanted(index + 1));
  assertEquals(hashing.hash(rooms[0]!, ASK), undefined);
});
