import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { shareHere, trackerHere, Watched } from "../../tests/support/in_process.ts";
import { deadPort } from "../../tests/support/originals.ts";
import { temporaryFolder } from "../../tests/support/programs.ts";
import { AppError } from "./errors.ts";
import { listSwarmPeers } from "./swarm_peers.ts";
import { find } from "./tracker_client.ts";

Deno.test("swarm peers: who has it is listed, and who asks does not stay", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "hello");
  await using tracker = await trackerHere();
  await using share = await shareHere(`${folder.path}/file`, tracker.at);
  const { v1, v2, port } = share.snapshot();
  const context = new Watched();
  const dead = { host: "127.0.0.1", port: deadPort() };
  const trackers = [...tracker.at, dead, "http://127.0.0.1:1/announce"];
  const source = { v1, v2, name: "file", peers: [], trackers, tiers: [] };
  assertEquals(await listSwarmPeers(source, context), [{ host: "127.0.0.1", port, seed: true }]);
  assertMatch(context.lines.join("\n"), new RegExp(`^warn .*127.0.0.1:${dead.port}`));
  const found = await find(tracker.at[0]!, { name: "file", limit: 9, after: 0 });
  assertEquals(found?.answer.shares.map(({ leechers }) => leechers), [0]);
});

Deno.test("swarm peers: a signal ends it", async () => {
  await using tracker = await trackerHere();
  const context = new Watched({ signal: AbortSignal.abort() });
  const source = { name: "file", peers: [], trackers: tracker.at, tiers: [] };
  await assertRejects(() => listSwarmPeers(source, context), AppError);
});
