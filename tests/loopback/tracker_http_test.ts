/** The HTTP door of the tracker over real sockets. */
import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { AppError } from "../../lib/app/errors.ts";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { parseHttpAnswer } from "../../lib/wire/http_answer.ts";
import { shareHere, StandingClock, trackerHere, Watched } from "../support/in_process.ts";
import { NO_IPV6 } from "../support/no_ipv6.ts";
import { classicAsk, exchange, readAll } from "../support/originals.ts";
import { skippable, temporaryFolder } from "../support/programs.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const V1 = "%11".repeat(20);
const V2_SHORT = "%22".repeat(20);

const announced = (hash: string, port: number, more = "") =>
  `/announce?info_hash=${hash}&peer_id=-XX0100-abcdefghijk${port % 10}&port=${port}` +
  `&uploaded=0&downloaded=0&left=5${more}`;

/** What the HTTP door answers to one GET request. */
async function get(port: number | undefined, target: string, host = "127.0.0.1") {
  const response = await fetch(`http://${host}:${port}${target}`);
  return { response, body: await response.bytes() };
}

async function ask(port: number | undefined, target: string, host = "127.0.0.1") {
  const { response, body } = await get(port, target, host);
  assertEquals(response.status, 200);
  const said = parseHttpAnswer(body);
  return said.kind === "answer" ? said.answer : said.reason;
}

function peersOf(answer: Awaited<ReturnType<typeof ask>>): string[] {
  if (typeof answer === "string") throw new Error(answer);
  return answer.peers.map(({ host, port }) => `${host} ${port}`).sort();
}

async function lines(port: number, ...requests: string[]): Promise<unknown[]> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(encode(requests.map((line) => `${line}\n`).join("")));
  await conn.closeWrite();
  const text = new TextDecoder().decode(await readAll(conn));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line.replace(/^OK /, "")));
}

function lineAnnounce(port: number, more: Record<string, unknown> = {}): string {
  const counts = { size: 5, left: 0, uploaded: 0, downloaded: 0 };
  const who = { v1: "11".repeat(20), v2: "22".repeat(32), peer_id: "aa".repeat(20), port };
  return `ANNOUNCE ${JSON.stringify({ name: "file", ...who, ...counts, ...more })}`;
}

Deno.test("http door: peers of every door and both hashes of a hybrid are one swarm", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const { port, httpPort } = tracker;
  assertEquals(peersOf(await ask(httpPort, announced(V1, 1))), []);
  assertEquals(peersOf(await ask(httpPort, announced(V2_SHORT, 2))), []);
  const [answer] = await lines(port, lineAnnounce(3, { classic: true }));
  assertEquals((answer as { http_port: number }).http_port, httpPort);
  assertEquals((answer as { leechers: number }).leechers, 2);
  const [at1, at2, at3] = [1, 2, 3].map((port) => `127.0.0.1 ${port}`);
  assertEquals(peersOf(await ask(httpPort, announced(V1, 1))), [at2, at3]);
  assertEquals(peersOf(await ask(httpPort, announced(V2_SHORT, 2))), [at1, at3]);
  assertEquals(await classicAsk(port, "GETPEERS file\n"), "127.0.0.1:3;\n");
  const { body } = await get(httpPort, `/scrape?info_hash=${V1}&info_hash=${V2_SHORT}`);
  const counts = "d8:completei1e10:downloadedi0e10:incompletei2ee";
  assertEquals(
    latin1(body),
    `d5:filesd20:${"\x11".repeat(20)}${counts}20:${'"'.repeat(20)}${counts}ee`,
  );
});

Deno.test("http door: who serves the original protocol, as it told by line, goes on to do so", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  await lines(tracker.port, lineAnnounce(3, { classic: true }));
  for (const hash of [V1, V2_SHORT]) await ask(tracker.httpPort, announced(hash, 3, "&left=0"));
  assertEquals(await classicAsk(tracker.port, "GETPEERS file\n"), "127.0.0.1:3;\n");
});

Deno.test("http door: a peer completes, stops, and asks for dictionaries", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const { httpPort } = tracker;
  await ask(httpPort, announced(V1, 1, "&event=started"));
  const dicts = await get(httpPort, announced(V1, 2, "&compact=0"));
  assertEquals(
    latin1(dicts.body),
    "d8:completei0e10:downloadedi0e10:incompletei2e8:intervali120e12:min intervali60e5:peersl" +
      "d2:ip9:127.0.0.17:peer id20:-XX0100-abcdefghijk14:porti1eeee",
  );
  const bare = await get(httpPort, announced(V1, 2, "&compact=0&no_peer_id=1&numwant=0"));
  assertMatch(latin1(bare.body), /5:peerslee$/);
  const done = announced(V1, 1, "&left=0&event=completed");
  assertMatch(latin1((await get(httpPort, done)).body), /^d8:completei1e10:downloadedi1e/);
  await ask(httpPort, announced(V1, 1, "&event=stopped"));
  assertEquals(peersOf(await ask(httpPort, announced(V1, 2))), []);
});

Deno.test("http door: what cannot be served is a failure with status 200", async () => {
  await using tracker = await trackerHere({ httpPort: 0, maxPeersPerName: 1 });
  const { httpPort } = tracker;
  assertEquals(await ask(httpPort, "/announce"), "Cannot use this request: it names no info_hash");
  const noPort = await ask(httpPort, announced(V1, 0));
  assertEquals(noPort, "Cannot use this request: port is not 1 to 65535");
  assertMatch(String(await ask(httpPort, "/scrape")), /all at once cannot be asked for/);
  await ask(httpPort, announced(V1, 1));
  const full = "This share has as many peers as the tracker keeps";
  assertEquals(await ask(httpPort, announced(V1, 2)), full);
});

Deno.test("http door: the address is the connection's, and one that names another is warned", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const { httpPort } = tracker;
  const warned = await ask(httpPort, announced(V1, 1, "&ip=192.0.2.1"));
  const text = "The parameter ip is ignored: you are known as 127.0.0.1";
  assertEquals(typeof warned === "object" && warned.warning, text);
  assertEquals(peersOf(await ask(httpPort, announced(V1, 2, "&ip=127.0.0.1"))), ["127.0.0.1 1"]);
});

skippable("http door: IPv6 peers go to those who can use them", NO_IPV6, async () => {
  await using tracker = await trackerHere({ host: undefined, httpPort: 0 });
  const { httpPort } = tracker;
  const [four, six] = [(n: number) => `127.0.0.1 ${n}`, (n: number) => `::1 ${n}`];
  await ask(httpPort, announced(V1, 1));
  assertEquals(peersOf(await ask(httpPort, announced(V1, 2), "[::1]")), [four(1)]);
  assertEquals(peersOf(await ask(httpPort, announced(V1, 3), "[::1]")), [four(1), six(2)]);
  assertEquals(peersOf(await ask(httpPort, announced(V1, 4))), [four(1)]);
  const both = announced(V1, 5, "&ipv6=2001:db8::1");
  assertEquals(peersOf(await ask(httpPort, both)), [four(1), four(4), six(2), six(3)]);
});

Deno.test("http door: health, metrics, statistics and the same over the line protocol", async () => {
  const clock = new StandingClock();
  await using tracker = await trackerHere({ httpPort: 0 }, new Watched({ clock }));
  const { port, httpPort } = tracker;
  await ask(httpPort, announced(V1, 1));
  clock.advance(5_000);
  const text = async (target: string) => latin1((await get(httpPort, target)).body);
  assertEquals([await text("/healthz"), await text("/readyz")], ["ok\n", "ready\n"]);
  const metrics = await text("/metrics");
  assertMatch(metrics, /^mini_torrent_requests_total\{door="http",request="announce"\} 1$/m);
  assertMatch(metrics, /^mini_torrent_peers\{kind="leecher"\} 1$/m);
  assertMatch(metrics, /^mini_torrent_resident_bytes [1-9]\d+$/m);
  const stats = JSON.parse(await text("/api/v1/stats"));
  const { connections, rates, latency, memory, listeners, problems, ...rest } = stats;
  assert(connections >= 1);
  assert(memory > 1_000_000 && latency.mean >= 0 && latency.p99 >= 0);
  assertEquals(rates, { line: 0, http: 0.2, udp: 0, errors: 0 });
  assertEquals([listeners, problems], [0, []]);
  assertEquals(rest, {
    shares: 1,
    seeders: 0,
    leechers: 1,
    classic_names: 0,
    classic_peers: 0,
    announces: { line: 0, http: 1, udp: 0 },
    refused: 0,
    interval: 120,
    uptime: 5,
  });
  const [said] = await lines(port, "STATS");
  assertEquals({ ...said as object, connections: 0 }, { ...rest, connections: 0 });
});

Deno.test("http door: requests however cut, many at once, and an end when asked", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  const last = request.replace("Host: x", "Connection: close");
  for (const cut of [1, 5, 20, request.length - 1]) {
    const said = await exchange(tracker.httpPort!, [
      request.slice(0, cut),
      request.slice(cut) + last,
    ]);
    assertEquals(said.match(/HTTP\/1.1 200 OK\r\n/g)?.length, 2);
    assertMatch(said, /Connection: keep-alive\r\n\r\nok\n[^]*Connection: close\r\n\r\nok\n$/);
  }
  assertMatch(
    await exchange(tracker.httpPort!, [request.replace("GET", "HEAD") + last]),
    /Content-Length: 3\r\nConnection: keep-alive\r\n\r\nHTTP/,
  );
  assertMatch(
    await exchange(tracker.httpPort!, [request.replace("GET", "PUT") + last]),
    /^HTTP\/1.1 405 /,
  );
});

Deno.test("http door: what is no request, or too long, is refused and hung up on", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const said = (text: string) => exchange(tracker.httpPort!, [text]);
  assertMatch(await said("REGISTER a 1\r\n\r\n"), /^HTTP\/1.1 400 [^]*close\r\n\r\nIt sent/);
  assertMatch(await said(`GET /${"x".repeat(9_000)}`), /^HTTP\/1.1 431 /);
  assertMatch(await said("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"), /it has a body/);
});

Deno.test("http door: who is silent, or dribbles, is hung up on after 5 s", async () => {
  const clock = new StandingClock();
  await using tracker = await trackerHere({ httpPort: 0 }, new Watched({ clock }));
  using silent = await Deno.connect({ hostname: "127.0.0.1", port: tracker.httpPort! });
  using slow = await Deno.connect({ hostname: "127.0.0.1", port: tracker.httpPort! });
  await slow.write(encode("GET / HT"));
  while (tracker.snapshot().connections < 2) await new Promise((done) => setTimeout(done, 5));
  clock.advance(4_999);
  await slow.write(encode("TP/1.1\r\n"));
  assertEquals((await get(tracker.httpPort, "/healthz")).response.status, 200);
  clock.advance(1);
  for (const conn of [silent, slow]) assertEquals((await readAll(conn).catch(() => [])).length, 0);
});

Deno.test("http door: connections of all doors are counted together", async () => {
  await using tracker = await trackerHere({ httpPort: 0, maxConnectionsPerAddress: 1 });
  {
    using line = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
    await line.write(encode("STATS\n"));
    await line.read(new Uint8Array(1_000));
    const said = await exchange(tracker.httpPort!, [""]);
    assertMatch(said, /^HTTP\/1.1 503 [^]*Too many connections from your address, close some\.\n$/);
  }
  while (tracker.snapshot().connections > 0) await new Promise((done) => setTimeout(done, 5));
  assertEquals(
    await exchange(tracker.httpPort!, ["GET /healthz HTTP/1.0\r\n\r\n"]).then((said) =>
      said.endsWith("ok\n")
    ),
    true,
  );
});

Deno.test("http door: a stop answers what is begun and closes what is silent", async () => {
  const tracker = await trackerHere({ httpPort: 0 });
  const open = () => Deno.connect({ hostname: "127.0.0.1", port: tracker.httpPort! });
  using silent = await open();
  using begun = await open();
  await begun.write(encode("GET /healthz HTTP/1.1\r\n\r\nGET /readyz HTTP/1.1\r\n"));
  await begun.read(new Uint8Array(1_000));
  while (tracker.snapshot().connections < 2) await new Promise((done) => setTimeout(done, 5));
  const stopped = tracker.stop(5_000);
  assertEquals((await readAll(silent)).length, 0);
  await begun.write(encode("\r\n"));
  assertMatch(
    latin1(await readAll(begun)),
    /^HTTP\/1.1 503 [^]*Connection: close\r\n\r\nstopping\n$/,
  );
  await stopped;
});

Deno.test("http door: a port that is taken, for TCP or UDP, is a bind error", async () => {
  await using tracker = await trackerHere({ httpPort: 0 });
  const error = await assertRejects(
    () => trackerHere({ httpPort: tracker.httpPort! }),
    AppError,
  );
  assertEquals(error.code, "bind");
  assertMatch(error.message, /in use.*--http-port/);
});

Deno.test("http door: links of shares name it beside the line protocol, as the person named the host", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "hello");
  await using tracker = await trackerHere({ host: "127.0.0.1", httpPort: 0 });
  const { port, httpPort } = tracker;
  await using share = await shareHere(`${folder.path}/file`, [{ host: "localhost", port }]);
  const urls = [`tcp://localhost:${port}`, `http://localhost:${httpPort}/announce`];
  const { magnet, v1 } = share.snapshot();
  assertEquals(new URL(magnet).searchParams.getAll("tr"), urls);
  const { trackers } = parseMetainfo(share.torrent());
  assertEquals(trackers.flat(), urls);
  const found = peersOf(await ask(httpPort, announced(v1.replace(/../g, "%$&"), 1)));
  assertEquals(found, [`127.0.0.1 ${share.snapshot().port}`]);
});
