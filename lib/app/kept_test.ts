import { assert, assertEquals } from "jsr:@std/assert@1";
import { Bitfield } from "../base/bitfield.ts";
import { DiskError } from "../disk/errors.ts";
import type { Storage } from "../disk/storage.ts";
import { MetaError } from "../meta/errors.ts";
import { AppError } from "./errors.ts";
import { explained, keptText, percentHere } from "./kept.ts";
import type { OpenedStorage } from "./open_storage.ts";

/** A download that wants the first eight of ten pieces. */
function opened(...here: number[]): OpenedStorage {
  const [have, wantedPieces] = [new Bitfield(10), new Bitfield(10)];
  for (const piece of here) have.add(piece);
  for (let piece = 0; piece < 8; piece++) wantedPieces.add(piece);
  return { storage: { have } as Storage, wantedPieces } as OpenedStorage;
}

Deno.test("kept: what is wanted counts, rounded down", () => {
  assertEquals(percentHere(opened()), undefined);
  assertEquals(percentHere(opened(8, 9)), undefined);
  assertEquals(percentHere(opened(0, 9)), 12);
  assertEquals(percentHere(opened(0, 1, 2, 3, 4, 5, 6, 7)), 100);
  assertEquals(keptText(undefined), "Nothing is kept.");
  assertEquals(keptText(opened(9)), "Nothing is kept.");
  assertEquals(keptText(opened(0)), "12 % is kept; the same command goes on from there.");
});

Deno.test("kept: errors of the disk and of torrents become a person's", () => {
  const disk = explained(new DiskError("write", 'cannot write "x": broken'), opened(0));
  assert(disk instanceof AppError);
  assertEquals([disk.code, disk.message], [
    "file_write",
    'Cannot write "x": broken. 12 % is kept; the same command goes on from there.',
  ]);
  const meta = explained(new MetaError("bad_path", '"a" is there twice'), undefined);
  assert(meta instanceof AppError);
  assertEquals(meta.code, "protocol");
  assertEquals(meta.message, 'The torrent cannot be used: "a" is there twice.');
  const other = new TypeError("a mistake");
  assertEquals(explained(other, undefined), other);
});
