import { assert, assertEquals } from "jsr:@std/assert@1";
import { bytesOf, namesIn, Program, startTracker, temporaryFolder } from "../support/programs.ts";

Deno.test("swarm: what was shared before is shared at once, unless it has changed", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  const cache = `${folder.path}/cache`;
  await Deno.writeFile(path, bytesOf(8_000_000));
  // What was changed a moment ago may be changed again with the same times, and is not remembered.
  const before = new Date(Date.now() - 60_000);
  await Deno.utime(path, before, before);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const share = async (env: Record<string, string>) => {
    const args = ["seed", path, "--tracker", `127.0.0.1:${tracker.port}`, "--json"];
    await using seeder = new Program("peer", args, { env });
    const [line] = await seeder.out(/^{.*"type":"share".*$/);
    seeder.signal("SIGTERM");
    const { out } = await seeder.ended();
    return { v2: JSON.parse(line).v2, read: /hashing/.test(out) };
  };
  const first = await share({ MINI_TORRENT_CACHE: cache });
  assert(first.read);
  assertEquals(namesIn(cache).length, 1);
  assertEquals(await share({ MINI_TORRENT_CACHE: cache }), { v2: first.v2, read: false });
  assertEquals(await share({ MINI_TORRENT_CACHE: "" }), { v2: first.v2, read: true });
  await Deno.writeFile(path, bytesOf(8_000_000, 2));
  await Deno.utime(path, before, before);
  const changed = await share({ MINI_TORRENT_CACHE: cache });
  assert(changed.read && changed.v2 !== first.v2);
});
