import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { Bitfield } from "../base/bitfield.ts";
import { silentLog } from "../base/log.ts";
import { DiskError } from "../disk/errors.ts";
import type { Storage } from "../disk/storage.ts";
import { DiskPause } from "./disk_pause.ts";
import { finishStorage } from "./finish_storage.ts";

const { signal } = new AbortController();

/** A storage of two pieces that does what it is told. */
function storageOf(have: readonly number[], flush: () => Promise<void>) {
  const pieces = new Bitfield(2);
  for (const piece of have) pieces.add(piece);
  const done: string[] = [];
  const storage = {
    have: pieces,
    flush,
    finish: () => Promise.resolve(void done.push("finished")),
  } as unknown as Storage;
  return { opened: { storage, wantedPieces: Bitfield.full(2) }, done };
}

Deno.test("finishing: what is whole is finished, and the pause is over", async () => {
  const pause = new DiskPause(silentLog);
  pause.failed(new DiskError("full", "full"));
  const { opened, done } = storageOf([0, 1], () => Promise.resolve());
  assertEquals(await finishStorage(opened, pause, signal), true);
  assertEquals([done, pause.problem], [["finished"], undefined]);
});

Deno.test("finishing: a disk that is full, or lost a piece, is tried again later", async () => {
  const pause = new DiskPause(silentLog);
  using timers = new HandTimers();
  const full = storageOf([0, 1], () => Promise.reject(new DiskError("full", "no room")));
  const tried = finishStorage(full.opened, pause, signal);
  (await timers.find(({ ms }) => ms === 3_000)).end();
  assertEquals([await tried, pause.problem, full.done], [false, "no room", []]);
  const lost = storageOf([1], () => Promise.resolve());
  const again = finishStorage(lost.opened, pause, signal);
  (await timers.find(({ ms }) => ms === 100)).end();
  assertEquals([await again, lost.done], [false, []]);
});

Deno.test("finishing: what does not pass ends it", async () => {
  const pause = new DiskPause(silentLog);
  const error = new DiskError("exists", "it is there");
  const { opened } = storageOf([0, 1], () => Promise.reject(error));
  await assertRejects(() => finishStorage(opened, pause, signal), DiskError, "it is there");
});
