import { assertEquals } from "jsr:@std/assert@1";
import { deadPort } from "../../tests/support/originals.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { silentLog } from "../base/log.ts";
import { Announcer } from "./announcer.ts";

Deno.test("a completed share goes on waiting for a tracker that cannot be reached", async () => {
  const announcer = new Announcer({ host: "127.0.0.1", port: deadPort() }, {
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
  });
  using timers = new HandTimers();
  const stop = new AbortController();
  const keeping = announcer.keep(stop.signal);
  announcer.completed();
  await timers.find(({ ms }) => ms === 10_000);
  assertEquals(announcer.state.registered, false);
  stop.abort();
  await keeping;
});
