/** The JSON interface of the tracker over real sockets; every answer is held against the document of it. */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "npm:ajv@8/dist/2020.js";
import type { Schema } from "../../lib/app/tracker/api_schemas.ts";
import { createTorrent } from "../../lib/app/create_torrent.ts";
import type { TrackerOptions } from "../../lib/app/types.ts";
import { parseMagnet } from "../../lib/meta/magnet.ts";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { StandingClock, trackerHere, Watched } from "../support/in_process.ts";
import { readAll } from "../support/originals.ts";
import { bytesOf, temporaryFolder } from "../support/programs.ts";

const TOKEN = "0123456789abcdef";
const [V1, V2] = ["11".repeat(20), "22".repeat(32)];

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

/** The document as it is served. */
interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: unknown;
}

/** A tracker whose every JSON answer is as its document says. */
class Api implements AsyncDisposable {
  readonly clock = new StandingClock();
  readonly context = new Watched({ clock: this.clock });
  readonly tracker: Awaited<ReturnType<typeof trackerHere>>;
  readonly document: Document;
  readonly #checks = new Map<string, ValidateFunction>();
  /** Paths of the document that were asked for. */
  readonly seen = new Set<string>();

  private constructor(tracker: Api["tracker"], document: Document) {
    this.tracker = tracker;
    this.document = document;
  }

  static async start(options: Partial<TrackerOptions> = {}): Promise<Api> {
    const clock = new StandingClock();
    const context = new Watched({ clock });
    const tracker = await trackerHere({ httpPort: 0, adminToken: TOKEN, ...options }, context);
    const response = await fetch(`http://127.0.0.1:${tracker.httpPort}/api/v1/openapi.json`);
    const api = new Api(tracker, await response.json());
    return Object.assign(api, { clock, context });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tracker[Symbol.asyncDispose]();
  }

  /** Asks, and holds the answer against the document. */
  async ask(target: string, headers: Record<string, string> = {}) {
    const url = new URL(`http://127.0.0.1:${this.tracker.httpPort}/api/v1/${target}`);
    const response = await fetch(url, { headers });
    const [path, operation] = this.#operation(url);
    const told = operation.responses[String(response.status)];
    assert(told, `${path} is not said to answer ${response.status}`);
    const [type] = response.headers.get("content-type")!.split(";");
    const schema = told.content?.[type!]?.schema;
    assert(told.content?.[type!], `${path} is not said to answer ${type}`);
    for (const name of url.searchParams.keys()) {
      assert(operation.parameters?.some((one) => one.name === name), `${path} has no ${name}`);
    }
    const bytes = await response.bytes();
    const body = type === "application/json" ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
    if (schema) this.#check(schema, body);
    this.seen.add(path);
    return { status: response.status, headers: response.headers, body };
  }

  async get(target: string) {
    const { status, body } = await this.ask(target);
    assertEquals([target, status], [target, 200]);
    return body;
  }

  /** Announces by line: both hashes and a name. */
  async line(port: number, more: Record<string, unknown> = {}): Promise<void> {
    const counts = { size: 5, left: 0, uploaded: 0, downloaded: 0 };
    const who = { v1: V1, v2: V2, peer_id: "2d4d54303130302d".padEnd(40, "a"), port };
    const text = `ANNOUNCE ${JSON.stringify({ name: "file", ...who, ...counts, ...more })}\n`;
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: this.tracker.port });
    await conn.write(new TextEncoder().encode(text));
    await conn.closeWrite();
    assertMatch(new TextDecoder().decode(await readAll(conn)), /^OK /);
  }

  /** Announces as BitTorrent clients do. */
  async http(hash: string, port: number, more = "left=5", id = "-TR4050-abcdefghijkl") {
    const query = `info_hash=${hash.replace(/../g, "%$&")}&peer_id=${id}&port=${port}&${more}`;
    const response = await fetch(`http://127.0.0.1:${this.tracker.httpPort}/announce?${query}`);
    assertMatch(await response.text(), /5:peers/);
  }

  #operation(url: URL): [string, Operation] {
    for (const [path, { get }] of Object.entries(this.document.paths)) {
      const pattern = path.replaceAll(".", "\\.").replace("{hash}", "[^/]+");
      if (new RegExp(`^${pattern}$`).test(url.pathname)) return [path, get];
    }
    throw new Error(`${url.pathname} is not in the document`);
  }

  #check(schema: Schema, body: unknown): void {
    const key = JSON.stringify(schema);
    let check = this.#checks.get(key);
    if (!check) {
      const ajv = new Ajv2020({ allowUnionTypes: true, keywords: ["components"] });
      check = ajv.compile({ ...schema, components: this.document.components });
      this.#checks.set(key, check);
    }
    assert(check(body), `${JSON.stringify(check.errors)} in ${JSON.stringify(body)}`);
  }
}

Deno.test("tracker api: all that is served is in the document, and is as it says", async () => {
  await using api = await Api.start();
  await api.line(3, { classic: true });
  const torrent = await api.ask(`shares/${V1}/torrent`);
  assertEquals(torrent.status, 404);
  const headers = { authorization: `Bearer ${TOKEN}` };
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
  await using api = await Api.start();
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
  await using api = await Api.start();
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
  await using api = await Api.start();
  await api.line(3, { classic: true });
  await api.http(V1, 4, "left=5", "abcdefghijklmnopqrst");
  const path = `shares/${V1}/peers`;
  const headers = { authorization: `Bearer ${TOKEN}` };
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
  await using api = await Api.start({ torrents: at("torrents") });
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

/** Events of the tracker as a client reads them. */
class Events implements Disposable {
  readonly #abort = new AbortController();
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>, abort: AbortController) {
    this.#abort = abort;
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(port: number | undefined, query = ""): Promise<Events> {
    const abort = new AbortController();
    const url = `http://127.0.0.1:${port}/api/v1/events${query}`;
    const response = await fetch(url, { signal: abort.signal });
    assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    return new Events(response.body!, abort);
  }

  /** The object of the next event of a name; undefined: there are no more. */
  async next(name: string): Promise<unknown> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(this.#text.slice(0, end)) ?? [];
      if (end >= 0) {
        this.#text = this.#text.slice(end + 2);
        if (event === name) return JSON.parse(data!);
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }
}

Deno.test("tracker api: events tell what changes until the tracker is stopped", async () => {
  await using api = await Api.start();
  const { httpPort } = api.tracker;
  using events = await Events.open(httpPort, `?share=${V1}`);
  assertEquals((await events.next("stats") as { listeners: number }).listeners, 1);
  assertEquals(await events.next("shares"), { shares: 0 });
  assertEquals(await events.next("share"), null);
  await api.line(3);
  assertEquals(await events.next("shares"), { shares: 1 });
  const share = await events.next("share") as { id: string; trackers: string[] };
  assertEquals([share.id, share.trackers.length], [V2, 3]);
  const head = await fetch(`http://127.0.0.1:${httpPort}/api/v1/events`, { method: "HEAD" });
  assertEquals(head.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const others = await Promise.all(Array.from({ length: 15 }, () => Events.open(httpPort)));
  const refused = await api.ask("events");
  assertEquals([refused.status, refused.body.error.code], [429, "too_many"]);
  for (const other of others) other[Symbol.dispose]();
  await api.tracker.stop(60_000);
  assertEquals(await events.next("share"), undefined);
});
