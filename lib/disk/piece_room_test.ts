import { assert, assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { torrentOf } from "../../tests/support/torrents.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { PieceRoom } from "./piece_room.ts";
import { Proofs } from "./proofs.ts";

Deno.test("piece room: a piece hashes to what the torrent says, whatever was in the room before", () => {
  const { info, layout, trees, piece } = torrentOf({ a: bytesOf(100_000), b: bytesOf(5) });
  const proofs = new Proofs(info, layout, trees);
  const room = PieceRoom.of(layout.pieceLength);
  for (const index of [0, layout.pieceCount - 1, 1]) {
    const data = piece(index);
    for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
      room.put(data.subarray(at, at + BLOCK_LENGTH), at);
    }
    room.reset();
    assert(!room.isHashed);
    room.hash({
      length: data.length,
      padding: layout.pieceSize(index) - data.length,
      width: proofs.widthOf(index),
    });
    assert(room.isHashed);
    assertEquals(proofs.check(index, room), true, `piece ${index}`);
  }
});

Deno.test("piece room: what is not asked for is left as it was", () => {
  const room = PieceRoom.of(BLOCK_LENGTH);
  room.hash({ length: 3, width: 0 });
  assertEquals(room.sha1, new Uint8Array(20));
  const root = room.root.slice();
  assertEquals(room.leaves, root, "one block is its file's root");
  room.put(new Uint8Array([1, 2, 3]), 0);
  room.hash({ length: 3, padding: 0 });
  assertEquals(room.root, root);
  assert(room.sha1.some((byte) => byte !== 0));
});

Deno.test("piece room: two that share their memory see the same", () => {
  const one = PieceRoom.of(BLOCK_LENGTH);
  const other = new PieceRoom(one.memory, BLOCK_LENGTH);
  one.put(bytesOf(100), 7);
  assertEquals(other.data.slice(7, 107), bytesOf(100));
  other.hash({ length: 107, padding: 0, width: 0 });
  assert(one.isHashed);
  assertEquals([one.sha1, one.root], [other.sha1, other.root]);
});
