/** A tracker behind a reverse proxy: whose address counts. */
import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { AppError } from "../../lib/app/errors.ts";
import { parseHttpAnswer } from "../../lib/wire/http_answer.ts";
import { escaped } from "../support/announcers.ts";
import { trackerHere } from "../support/in_process.ts";
import { readAll } from "../support/originals.ts";
import { temporaryFolder } from "../support/programs.ts";

const LOOPBACK = ["127.0.0.0/8", "::1"];
const QUERY = `info_hash=${"%11".repeat(20)}&peer_id=${escaped("aa".repeat(20))}&left=5`;

/** Announces on a port as a proxy passes it on. @returns The peers, or why not. */
async function announce(
  httpPort: number | undefined,
  port: number,
  headers: HeadersInit = {},
): Promise<string[] | string> {
  const url = `http://127.0.0.1:${httpPort}/announce?${QUERY}&port=${port}`;
  const said = parseHttpAnswer(await (await fetch(url, { headers })).bytes());
  if (said.kind !== "answer") return said.reason;
  return said.answer.peers.map(({ host, port }) => `${host} ${port}`).sort();
}

Deno.test("tracker proxy: the client's address is what a trusted proxy tells", async () => {
  await using tracker = await trackerHere({ httpPort: 0, trustProxy: LOOPBACK });
  const { httpPort } = tracker;
  await announce(httpPort, 1, { "X-Forwarded-For": "203.0.113.9, 192.0.2.1" });
  await announce(httpPort, 2, { Forwarded: 'for="[2001:db8::1]:9";proto=https' });
  await announce(httpPort, 3, { "X-Forwarded-For": "192.0.2.3, unknown" });
  const peers = await announce(httpPort, 4, { "X-Forwarded-For": "2001:db8::4" });
  assertEquals(peers, ["127.0.0.1 3", "192.0.2.1 1", "2001:db8::1 2"]);
});

Deno.test("tracker proxy: several headers of one name are one list", async () => {
  await using tracker = await trackerHere({ httpPort: 0, trustProxy: LOOPBACK });
  const { httpPort } = tracker;
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: httpPort! });
  const told = ["192.0.2.7", "127.0.0.2"].map((host) => `X-Forwarded-For: ${host}\r\n`).join("");
  const request = `GET /announce?${QUERY}&port=1 HTTP/1.0\r\n${told}\r\n`;
  await conn.write(new TextEncoder().encode(request));
  assertMatch(new TextDecoder().decode(await readAll(conn)), /^HTTP\/1\.1 200 OK/);
  assertEquals(await announce(httpPort, 2), ["192.0.2.7 1"]);
});

Deno.test("tracker proxy: nobody else is believed", async () => {
  for (const trustProxy of [[], ["192.0.2.0/24"]]) {
    await using tracker = await trackerHere({ httpPort: 0, trustProxy });
    const headers = { "X-Forwarded-For": "192.0.2.1", Forwarded: "for=192.0.2.1" };
    await announce(tracker.httpPort, 1, headers);
    assertEquals(await announce(tracker.httpPort, 2, headers), ["127.0.0.1 1"]);
  }
});

Deno.test("tracker proxy: limits and lists are about the client, not the proxy", async () => {
  await using folder = await temporaryFolder();
  const denyAddresses = join(folder.path, "deny.txt");
  await Deno.writeTextFile(denyAddresses, "198.51.100.0/24\n");
  await using tracker = await trackerHere({
    httpPort: 0,
    trustProxy: LOOPBACK,
    announceBurst: 2,
    announceRate: 1,
    maxConnectionsPerAddress: 1,
    lists: { denyAddresses },
  });
  const { httpPort } = tracker;
  const from = (host: string, port: number) =>
    announce(httpPort, port, { "X-Forwarded-For": host });
  const many = [];
  for (let n = 0; n < 20; n++) many.push(await from("192.0.2.1", 1));
  assert(many.some((one) => /Too many requests/.test(String(one))), many.join());
  assert(Array.isArray(await from("192.0.2.2", 1)));
  assertMatch(String(await from("198.51.100.1", 1)), /may not use this tracker/);
  const held = [];
  try {
    for (let n = 0; n < 5; n++) {
      held.push(await Deno.connect({ hostname: "127.0.0.1", port: httpPort! }));
    }
    assert(Array.isArray(await from("192.0.2.3", 1)));
  } finally {
    for (const conn of held) conn.close();
  }
});

Deno.test("tracker proxy: one that is no network is refused at the start", async () => {
  const start = () => trackerHere({ httpPort: 0, trustProxy: ["10.0.0.0/8", "proxy.example"] });
  const error = await assertRejects(start, AppError, '"proxy.example" is not an IP address');
  assertEquals((error as AppError).code, "invalid_input");
});
