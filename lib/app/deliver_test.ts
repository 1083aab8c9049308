import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { concatBytes } from "../base/bytes.ts";
import { Bitfield } from "../base/bitfield.ts";
import { bytesOf } from "../../tests/support/programs.ts";
import { torrentOf } from "../../tests/support/torrents.ts";
import { Delivery, type DeliverySource } from "./deliver.ts";

const FILES = { "a": bytesOf(50_000, 1), "b": bytesOf(700_000, 2), "none": new Uint8Array(0) };

/** A torrent of which pieces come one by one. */
function arriving(version: "v1" | "hybrid") {
  const torrent = torrentOf(FILES, { version, pieceLength: 512 * 1024 });
  const have = new Bitfield(torrent.info.pieceCount);
  const source: DeliverySource = {
    have,
    readBlock: (piece, begin, into) => {
      if (!have.has(piece)) throw new RangeError(`piece ${piece} is not there`);
      into.set(torrent.piece(piece).subarray(begin, begin + into.length));
      return Promise.resolve();
    },
  };
  const parts: Uint8Array[] = [];
  const delivery = new Delivery(source, torrent.layout, (bytes) => {
    parts.push(bytes.slice());
    return Promise.resolve();
  });
  return { torrent, have, delivery, parts };
}

for (const version of ["v1", "hybrid"] as const) {
  Deno.test(`delivery: a file of a ${version} torrent in its order, whatever comes first`, async () => {
    const { torrent, have, delivery, parts } = arriving(version);
    const { first, end } = torrent.layout.piecesOf(1);
    const { signal } = new AbortController();
    const running = delivery.run(1, signal);
    for (let piece = end - 1; piece >= first; piece--) {
      assertEquals(parts.length, 0);
      have.add(piece);
      delivery.notify();
    }
    await running;
    assertEquals(concatBytes(parts), FILES.b);
  });
}

Deno.test("delivery: what is there goes on its way before the rest has come", async () => {
  const { torrent, have, delivery, parts } = arriving("hybrid");
  const { first } = torrent.layout.piecesOf(1);
  have.add(first);
  const stop = new AbortController();
  const running = delivery.run(1, stop.signal);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(concatBytes(parts), FILES.b.subarray(0, 512 * 1024));
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
});

Deno.test("delivery: nothing of an empty file, and a sink's error ends it", async () => {
  const { have, delivery, parts } = arriving("hybrid");
  const { signal } = new AbortController();
  await delivery.run(2, signal);
  assertEquals(parts.length, 0);
  have.add(0);
  const torrent = torrentOf(FILES, { pieceLength: 512 * 1024 });
  const broken = new Delivery(
    {
      have,
      readBlock: () => Promise.resolve(),
    },
    torrent.layout,
    () => Promise.reject(new Error("nobody reads")),
  );
  await assertRejects(() => broken.run(0, signal), Error, "nobody reads");
});
