import { assert, assertEquals } from "jsr:@std/assert@1";
import { classicAsk, classicTracker, deadPort } from "../../tests/support/originals.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { silentLog } from "../base/log.ts";
import { Announcer } from "./announcer.ts";
import { AppError } from "./errors.ts";

function announcerAt(port: number, more: { classicName?: string } = {}): Announcer {
  return new Announcer({ host: "127.0.0.1", port }, {
    told: () => ({
      v1: infoHash("11".repeat(20))!,
      name: "content",
      size: 10,
      port: 6881,
      peerId: peerId("33".repeat(20))!,
      left: 0,
      uploaded: 0,
      downloaded: 0,
      classic: false,
      numwant: 50,
    }),
    onPeers: () => {},
    log: silentLog,
    ...more,
  });
}

Deno.test("a tracker of the original is told of a file, and cannot be told of a folder", async () => {
  await using tracker = classicTracker();
  const { signal } = new AbortController();
  const file = announcerAt(tracker.port, { classicName: "content" });
  assertEquals(await file.tryOnce(signal), undefined);
  assertEquals(file.state.registered, true);
  assertEquals(await classicAsk(tracker.port, "GETPEERS content\n"), "127.0.0.1:6881;\n");
  const folder = announcerAt(tracker.port);
  const error = await folder.tryOnce(signal);
  assert(error instanceof AppError && error.code === "protocol");
  assert(error.message.includes("not of folders and swarms"), error.message);
  assertEquals(folder.state.registered, false);
});

Deno.test("a completed share goes on waiting for a tracker that cannot be reached", async () => {
  const announcer = announcerAt(deadPort());
  using timers = new HandTimers();
  const stop = new AbortController();
  const keeping = announcer.keep(stop.signal);
  announcer.completed();
  await timers.find(({ ms }) => ms === 10_000);
  assertEquals(announcer.state.registered, false);
  stop.abort();
  await keeping;
});
