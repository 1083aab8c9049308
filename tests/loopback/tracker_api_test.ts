/** The JSON interface of the tracker over real sockets; every answer is held against the document of it. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { join } from "node:path";
import { createTorrent } from "../../lib/app/create_torrent.ts";
import { addKey } from "../../lib/app/tracker/keys.ts";
import { parseMagnet } from "../../lib/meta/magnet.ts";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { EventReader } from "../support/event_reader.ts";
import { trackerHere, Watched } from "../support/in_process.ts";
import { bytesOf, temporaryFolder } from "../support/programs.ts";
import { ADMIN_TOKEN, TrackerApi } from "../support/tracker_api.ts";

const [V1, V2] = ["11".repeat(20), "22".repeat(32)];

Deno.test("tracker api: all that is served is in the document, and is as it says", async () => {
  await using api = await TrackerApi.start();
  await api.line(3, { classic: true });
  const torrent = await api.ask(`shares/${V1}/torrent`);
  assertEquals(torrent.status, 404);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  for (
    const target of [
      "stats",
      "history?range=5m",
      "shares",
      `shares/${V1}`,
      `shares/${V1}/history`,
      `shares/${V1}/peers`,
      "openapi.json",
    ]
  ) {
    const { status, headers: told } = await api.ask(target, headers);
    assertEquals([target, status], [target, 200]);
    assertEquals(told.get("access-control-allow-origin"), null);
    assertEquals(told.get("x-content-type-options"), "nosniff");
    assertEquals(told.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assertEquals(told.get("cache-control"), "no-store");
  }
  const paths = new Set(Object.keys(api.document.paths));
  paths.delete("/api/v1/events"); // it has no end: see below
  assertEquals(paths.difference(api.seen), new Set());
  const wrong = [
    "shares?limit=0",
    "shares?limit=101",
    "shares?after=x",
    "shares?sort=luck",
    "shares?order=up",
    `shares?q=${"x".repeat(256)}`,
    "shares/123",
    `shares/${V1}/history?range=2h`,
    `shares/${V1}/peers?limit=0`,
    "history?range=1y",
    "events?share=1",
  ];
  for (const target of wrong) {
    const { status, body } = await api.ask(target, headers);
    assertEquals([target, status, body.error.code], [target, 400, "bad_request"]);
  }
  for (const what of ["", "/history", "/peers", "/torrent"]) {
    const { status, body } = await api.ask(`shares/${"99".repeat(20)}${what}`, headers);
    assertEquals([status, body.error.code], [404, "not_found"]);
  }
  const nothing = await fetch(`http://127.0.0.1:${api.tracker.httpPort}/api/v1/nothing`);
  assertEquals([nothing.status, (await nothing.json()).error.code], [404, "not_found"]);
});

Deno.test("tracker api: shares are listed in pages, searched and sorted", async () => {
  await using api = await TrackerApi.start();
  await api.line(3, { name: "Größe <b>" });
  api.clock.advance(7_000);
  await api.http("33".repeat(20), 1);
  const counts = { seeders: 1, leechers: 0, completed: 0, health: "fair" };
  const named = { id: V2, name: "Größe <b>", size: 5, v1: V1, v2: V2, ...counts, age: 7 };
  const hash = "33".repeat(20);
  const counts2 = { seeders: 0, leechers: 1, completed: 0, health: "poor" };
  const unnamed = { id: hash, hash, ...counts2, age: 0 };
  assertEquals(await api.get("shares"), { shares: [named, unnamed], total: 2 });
  assertEquals((await api.get("shares?order=asc")).shares, [unnamed, named]);
  for (const query of ["", "sort=leechers&order=asc&", "sort=name&", "sort=size&order=desc&"]) {
    const first = await api.get(`shares?${query}limit=1`);
    assertEquals([query, first.shares], [query, [named]]);
    const second = await api.get(`shares?${query}limit=1&after=${first.next}`);
    assertEquals([query, second], [query, { shares: [unnamed], total: 2 }]);
  }
  assertEquals((await api.get("shares?q=gr%C3%B6%C3%9Fe+%3CB&sort=completed")).shares, [named]);
  assertEquals((await api.get(`shares?q=${"33".repeat(4)}`)).shares, [unnamed]);
});

Deno.test("tracker api: a share is found by each of its hashes, with links, clients and families", async () => {
  await using api = await TrackerApi.start();
  await api.line(3, { classic: true });
  await api.http(V1, 4);
  await api.http(V1, 5, "left=0", "A2-1-37-0-abcdefghij");
  const share = await api.get(`shares/${V1}`);
  const { httpPort, port } = api.tracker;
  const trackers = [
    `tcp://127.0.0.1:${port}`,
    `http://127.0.0.1:${httpPort}/announce`,
    `udp://127.0.0.1:${httpPort}/announce`,
  ];
  assertEquals([share.seeders, share.leechers, share.health, share.classic], [2, 1, "good", 1]);
  assertEquals([share.trackers, share.torrent], [trackers, false]);
  assertEquals(share.families, { ipv4: 3, ipv6: 0 });
  assertEquals(share.reach, { public: 0, private: 0, loopback: 3 });
  assertEquals(share.clients, [
    { code: "A2", name: "aria2", count: 1 },
    { code: "MT", name: "Mini-Torrent", count: 1 },
    { code: "TR", name: "Transmission", count: 1 },
  ]);
  const magnet = parseMagnet(share.magnet);
  assertEquals([magnet.v1, magnet.v2, magnet.name], [V1, V2, "file"]);
  assertEquals(magnet.trackers, trackers);
  for (const hash of [V2, V2.slice(0, 40), V1.toUpperCase()]) {
    assertEquals((await api.get(`shares/${hash}`)).id, V2);
  }
});

Deno.test("tracker api: addresses are for those who have the admin token", async () => {
  await using api = await TrackerApi.start();
  await api.line(3, { classic: true });
  await api.http(V1, 4, "left=5", "abcdefghijklmnopqrst");
  const path = `shares/${V1}/peers`;
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const { body } = await api.ask(`${path}?limit=1`, headers);
  const next = (await api.ask(`${path}?after=${body.next}`, headers)).body;
  assertEquals(next.next, undefined);
  const peers = [...body.peers, ...next.peers].sort((a, b) => a.port - b.port);
  assertEquals(peers, [
    {
      host: "127.0.0.1",
      port: 3,
      peer_id: "2d4d54303130302d".padEnd(40, "a"),
      client: "Mini-Torrent",
      seed: true,
      classic: true,
      age: 0,
    },
    {
      host: "127.0.0.1",
      port: 4,
      peer_id: "6162636465666768696a6b6c6d6e6f7071727374",
      seed: false,
      classic: false,
      age: 0,
    },
  ]);
  const told = JSON.stringify([await api.get("shares"), await api.get(`shares/${V1}`)]);
  assert(!told.includes("616263") && !told.includes('"port"'));
  for (let n = 0; n < 5; n++) {
    const wrong = await api.ask(path, { authorization: "Bearer wrong" });
    assertEquals([wrong.status, wrong.body.error.code], [401, "unauthorized"]);
    assertEquals(wrong.headers.get("www-authenticate"), 'Bearer realm="admin"');
  }
  assertEquals((await api.ask(path, headers)).status, 401);
  assertEquals((await api.ask(path)).status, 401);
  api.clock.advance(10_000);
  assertEquals((await api.ask(path, headers)).status, 200);

  await using closed = await trackerHere({ httpPort: 0 });
  const refused = await fetch(`http://127.0.0.1:${closed.httpPort}/api/v1/${path}`, { headers });
  assertEquals([refused.status, (await refused.json()).error.code], [403, "forbidden"]);
});

Deno.test("tracker api: a .torrent file of the folder is handed out", async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await Deno.mkdir(at("torrents"));
  await Deno.writeFile(at("file (1) ü"), bytesOf(50_000));
  const options = { private: false, trackers: [], webSeeds: [], force: false };
  const out = at("torrents", "a.torrent");
  await createTorrent({ path: at("file (1) ü"), out, ...options }, new Watched());
  const bytes = await Deno.readFile(out);
  const { info } = parseMetainfo(bytes);
  await using api = await TrackerApi.start({ torrents: at("torrents") });
  const [v1, v2] = [info.v1!.infoHash, info.v2!.infoHash];
  for (const hash of [v1, v2]) {
    const { body, headers } = await api.ask(`shares/${hash}/torrent`);
    assertEquals(body, bytes);
    const name = "attachment; filename*=UTF-8''file%20%281%29%20%C3%BC.torrent";
    assertEquals(headers.get("content-disposition"), name);
  }
  await api.line(3, { v1, v2, name: info.name });
  assertEquals((await api.get(`shares/${v1}`)).torrent, true);
});

Deno.test("tracker api: events tell what changes until the tracker is stopped", async () => {
  await using api = await TrackerApi.start();
  const { httpPort } = api.tracker;
  using events = await EventReader.open(httpPort, `?share=${V1}`);
  assertEquals((await events.next("stats") as { listeners: number }).listeners, 1);
  assertEquals(await events.next("shares"), { shares: 0 });
  assertEquals(await events.next("share"), null);
  await api.line(3);
  assertEquals(await events.next("shares"), { shares: 1 });
  const share = await events.next("share") as { id: string; trackers: string[] };
  assertEquals([share.id, share.trackers.length], [V2, 3]);
  const head = await fetch(`http://127.0.0.1:${httpPort}/api/v1/events`, { method: "HEAD" });
  assertEquals(head.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const others = await Promise.all(Array.from({ length: 15 }, () => EventReader.open(httpPort)));
  const refused = await api.ask("events");
  assertEquals([refused.status, refused.body.error.code], [429, "too_many"]);
  for (const other of others) other[Symbol.dispose]();
  await api.tracker.stop(60_000);
  assertEquals(await events.next("share"), undefined);
});

Deno.test("tracker api: a private tracker is read with a key, which stands in its links, or the admin token", async () => {
  await using folder = await temporaryFolder();
  const keys = join(folder.path, "keys.db");
  const { key } = addKey(keys, "anna");
  const [mine, admin] = [key, ADMIN_TOKEN].map((one) => ({ authorization: `Bearer ${one}` }));
  await using api = await TrackerApi.start({ keys }, mine);
  await api.line(3, { key });
  const path = `shares/${V1}`;
  assertEquals((await api.ask(path)).status, 401);
  const { body } = await api.ask(path, mine);
  const { httpPort } = api.tracker;
  assert(body.trackers.includes(`http://127.0.0.1:${httpPort}/${key}/announce`));
  for (let n = 0; n < 9; n++) assertEquals((await api.ask(`${path}/peers`, mine)).status, 401);
  for (const target of [path, `${path}/peers`]) {
    assertEquals((await api.ask(target, admin)).status, 200);
  }
});

Deno.test("tracker api: a share that may not be told of is not", async () => {
  await using folder = await temporaryFolder();
  const denyHashes = join(folder.path, "deny.txt");
  await Deno.writeTextFile(denyHashes, "");
  await using api = await TrackerApi.start({ lists: { denyHashes } });
  await api.line(3);
  assertEquals((await api.get("shares")).shares.length, 1);
  await Deno.writeTextFile(denyHashes, V2);
  await api.tracker.reload();
  assertEquals((await api.get("shares")).shares, []);
  for (const what of ["", "/history"]) {
    assertEquals((await api.ask(`shares/${V1}${what}`)).status, 404);
  }
});
