/**
 * Announces once at a tracker, wherever its name would lead, on this machine; a process of its own
 * since a process is told when it starts which authorities it trusts.
 *
 *     deno run -A --cert AUTHORITY tests/support/announce_once.ts URL
 */
import { systemClock } from "../../lib/base/clock.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
import { openTracker } from "../../lib/discovery/open_tracker.ts";

const tracker = openTracker(new URL(Deno.args[0]!), {
  local: true,
  client: "test",
  clock: systemClock,
  transaction: () => 1,
  resolve: () => Promise.resolve(["127.0.0.1"]),
});
try {
  const { answer } = await tracker.announce({
    infoHash: infoHash("11".repeat(20))!,
    peerId: peerId("22".repeat(20))!,
    port: 6881,
    uploaded: 0,
    downloaded: 0,
    left: 0,
    numwant: 50,
    key: 1,
  }, new AbortController().signal);
  console.log(`interval ${answer.interval}`);
} catch (error) {
  console.log(error instanceof Error && "code" in error ? `failed ${error.code}` : error);
}
