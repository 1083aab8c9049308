/** What the tracker program shows over HTTP, as its flags, variables and files say. */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { join } from "node:path";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { bytesOf, Program, temporaryFolder } from "../support/programs.ts";

const TOKEN = "0123456789abcdef";
const PORTS = ["--host", "127.0.0.1", "--port", "0", "--http-port", "0", "--json"];

async function httpPort(tracker: Program): Promise<string> {
  const [, port] = await tracker.out(/"http_port":(\d+)/);
  return port!;
}

Deno.test("tracker api: a share that a peer makes is told of, its torrent handed out, its peers shown to who may see", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("torrents"));
  await Deno.writeFile(at("file"), bytesOf(100_000));
  await Deno.writeTextFile(at("token"), `${TOKEN}\n`);
  {
    const out = at("torrents", "file.torrent");
    await using made = new Program("peer", ["create", at("file"), "--out", out]);
    assertEquals((await made.ended()).code, 0);
  }
  const { info } = parseMetainfo(await Deno.readFile(at("torrents", "file.torrent")));
  const args = [...PORTS, "--admin-token-file", at("token"), "--torrents", at("torrents")];
  await using tracker = new Program("tracker", [...args, "--log-level", "debug"]);
  const [, port] = await tracker.out(/"port":(\d+)/);
  const api = `http://127.0.0.1:${await httpPort(tracker)}/api/v1`;
  await using seed = new Program("peer", [
    "seed",
    at("file"),
    "--tracker",
    `127.0.0.1:${port}`,
    "--host",
    "127.0.0.1",
  ]);
  await tracker.log(/registered file on port/);
  const get = async (path: string, token?: string) => {
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${api}${path}`, { headers });
    return { status: response.status, body: await response.text() };
  };
  const share = `/shares/${info.v1!.infoHash}`;
  const told = JSON.parse((await get(share)).body);
  assertEquals([told.name, told.size, told.seeders, told.torrent], ["file", 100_000, 1, true]);
  assertEquals(told.clients, [{ code: "MT", name: "Mini-Torrent", count: 1 }]);
  const torrent = await fetch(`${api}${share}/torrent`);
  assertEquals(await torrent.bytes(), await Deno.readFile(at("torrents", "file.torrent")));
  assertEquals((await get(`${share}/peers`)).status, 401);
  const peers = JSON.parse((await get(`${share}/peers`, TOKEN)).body);
  assertEquals([peers.peers.length, peers.peers[0].host], [1, "127.0.0.1"]);
  await tracker.log(/DEBUG 127\.0\.0\.1 GET \/api\/v1\/shares\/[0-9a-f]{40}\/peers 401/);

  const events = await fetch(`${api}/events`);
  const reader = events.body!.getReader();
  assertMatch(
    new TextDecoder().decode((await reader.read()).value),
    /^retry: \d+\n\nevent: stats\n/,
  );
  tracker.signal("SIGTERM");
  while (!(await reader.read()).done);
  const { code, err } = await tracker.ended();
  assertEquals(code, 0);
  assert(!err.includes(TOKEN), "the token is in the log");
  seed.signal("SIGTERM");
});

Deno.test("tracker api: a token that can be guessed is refused; one of the environment opens", async () => {
  await using short = new Program("tracker", [...PORTS, "--admin-token", "short"]);
  const { code, out } = await short.ended();
  assertEquals(code, 64);
  assertMatch(out, /"message":"The admin token of --admin-token is not 16 to 200/);
  await using tracker = new Program("tracker", PORTS, {
    env: { MINI_TORRENT_ADMIN_TOKEN: TOKEN },
  });
  const url = `http://127.0.0.1:${await httpPort(tracker)}/api/v1/shares/${"1".repeat(40)}/peers`;
  for (const [token, status] of [[TOKEN, 404], ["wrong", 401]] as const) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    assertEquals(response.status, status);
  }
});
