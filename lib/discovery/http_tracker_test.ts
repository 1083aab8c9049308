import { assert, assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { gzipSync } from "node:zlib";
import { deadPort, StandIn } from "../../tests/support/originals.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { httpOk, httpStandIn } from "../../tests/support/tracker_stand_ins.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { MAX_HTTP_ANSWER } from "../wire/http_answer.ts";
import type { TrackerAnnounce } from "../wire/tracker_announce.ts";
import { DiscoveryError } from "./errors.ts";
import { HttpTracker, type HttpTrackerOptions } from "./http_tracker.ts";

const TOLD: TrackerAnnounce = {
  infoHash: infoHash("00ff".repeat(10))!,
  peerId: peerId("41".repeat(20))!,
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  event: "started",
  numwant: 50,
  key: 0xab,
};
const ANSWER = "d8:intervali60e5:peers6:\x7f\x00\x00\x01\x1a\xe1e";
const latin1 = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
const never = new AbortController().signal;

function tracker(port: number, options: Partial<HttpTrackerOptions> = {}, path = "/announce") {
  const url = new URL(`http://127.0.0.1:${port}${path}`);
  return new HttpTracker(url, { local: true, client: "Test/1", ...options });
}

/** Fails unless the announce ends with an error of the code. @returns What it said. */
async function fails(
  code: DiscoveryError["code"],
  announce: Promise<unknown>,
  includes?: string,
): Promise<DiscoveryError> {
  const error = await assertRejects(() => announce, DiscoveryError, includes);
  assertEquals([error.code, error.fault], [code, "remote"], error.message);
  return error;
}

Deno.test("an announce is one GET request, its bytes escaped", async () => {
  await using server = httpStandIn(() => httpOk(latin1(ANSWER)));
  const reply = await tracker(server.port, {}, "/a?key=mine").announce(TOLD, never);
  assertEquals(reply, {
    answer: { interval: 60, peers: [{ host: "127.0.0.1", port: 6881 }] },
    trackerKind: "loopback",
  });
  assertEquals(server.heads[0]!.split("\r\n"), [
    `GET /a?key=mine&info_hash=${"%00%FF".repeat(10)}&peer_id=${"A".repeat(20)}&port=6881` +
    "&uploaded=1&downloaded=2&left=3&event=started&compact=1&numwant=50&key=000000ab" +
    "&supportcrypto=1 HTTP/1.1",
    `Host: 127.0.0.1:${server.port}`,
    "User-Agent: Test/1",
    "Accept: */*",
    "Accept-Encoding: gzip",
    "Connection: close",
    "",
    "",
  ]);
});

Deno.test("an answer comes in any form that HTTP has", async () => {
  const body = latin1(ANSWER);
  const zipped = new Uint8Array(gzipSync(body));
  const chunk = (bytes: Uint8Array) => [`${bytes.length.toString(16)}\r\n`, bytes, "\r\n"];
  const forms = [
    ["HTTP/1.0 200 OK\r\n\r\n", body],
    httpOk(zipped, "Content-Encoding: gzip\r\n"),
    [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      ...chunk(body.subarray(0, 9)),
      ...chunk(body.subarray(9)),
      "0\r\n\r\n",
    ],
    [..."HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n", body],
  ];
  for (const form of forms) {
    await using server = httpStandIn(() => form);
    const { answer } = await tracker(server.port).announce(TOLD, never);
    assertEquals(answer.peers, [{ host: "127.0.0.1", port: 6881 }]);
  }
});

Deno.test("a tracker id is sent back, for its own swarm only", async () => {
  await using server = httpStandIn(() => httpOk("d8:intervali60e5:peers0:10:tracker id3:a&be"));
  const one = tracker(server.port);
  const other = { ...TOLD, infoHash: infoHash("11".repeat(20))! };
  for (const told of [TOLD, TOLD, other]) await one.announce(told, never);
  assertEquals(server.heads.map((head) => /trackerid=[^ &]*/.exec(head)?.[0]), [
    undefined,
    "trackerid=a%26b",
    undefined,
  ]);
});

Deno.test("a refusal is told in the tracker's words, made harmless", async () => {
  const said = "d14:failure reason9:no \x1b[31mx8:retry in1:5e";
  for (const status of ["200 OK", "403 No"]) {
    await using server = httpStandIn(() => [`HTTP/1.1 ${status}\r\n\r\n${said}`]);
    const error = await fails("refused", tracker(server.port).announce(TOLD, never));
    assertEquals([error.message, error.retryMs], ["no \\u{1b}[31mx", 300_000]);
  }
  await using never_ = httpStandIn(() => httpOk("d14:failure reason2:no8:retry in5:nevere"));
  assertEquals(
    (await fails("refused", tracker(never_.port).announce(TOLD, never))).retryMs,
    Infinity,
  );
  await using plain = httpStandIn(() => ["HTTP/1.1 404 Not Found\r\n\r\n<html>"]);
  await fails("refused", tracker(plain.port).announce(TOLD, never), "HTTP status 404");
});

Deno.test("what is no answer is refused", async () => {
  const answers: (string | Uint8Array)[][] = [
    httpOk("<html>"),
    httpOk("de"),
    httpOk("d8:intervali60e5:peers6:abc", "Content-Encoding: gzip\r\n"),
    ["SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nd8:interval"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"],
    [],
  ];
  for (const answer of answers) {
    await using server = httpStandIn(() => answer);
    await fails("bad_answer", tracker(server.port).announce(TOLD, never));
  }
});

Deno.test("an answer without end is not read to its end", async () => {
  const megabyte = new Uint8Array(MAX_HTTP_ANSWER);
  for (const head of ["", "Transfer-Encoding: chunked\r\n"]) {
    await using server = httpStandIn(() => [
      `HTTP/1.1 200 OK\r\n${head}\r\n${head && "FFFFFF\r\n"}`,
      ...new Array(8).fill(megabyte),
    ]);
    const error = await fails("bad_answer", tracker(server.port).announce(TOLD, never));
    assert(error.message.includes(`over ${MAX_HTTP_ANSWER} bytes`), error.message);
  }
});

Deno.test("redirects are followed five times, relative ones too, and no further", async () => {
  const redirect = (to: string) => [`HTTP/1.1 302 Found\r\nLocation: ${to}\r\n\r\n`];
  await using server = httpStandIn((head) => {
    const at = Number(/^GET \/(\d*)/.exec(head)?.[1]);
    return at === 0
      ? httpOk("d8:intervali60e5:peers0:e")
      : redirect(`/${at - 1}?info_hash=%00%ff#x`);
  });
  const { answer } = await tracker(server.port, {}, "/5").announce(TOLD, never);
  assertEquals([answer.interval, server.heads.length], [60, 6]);
  assert(server.heads.at(-1)!.startsWith("GET /0?info_hash=%00%ff HTTP"), "as it was told");
  await fails("bad_answer", tracker(server.port, {}, "/6").announce(TOLD, never), "more than 5");
  for (const to of ["ftp://a/", "udp://127.0.0.1:1/", "http://", `/${"x".repeat(9_000)}`]) {
    await using other = httpStandIn(() => redirect(to));
    await fails("bad_answer", tracker(other.port).announce(TOLD, never), "no HTTP URL");
  }
  await using nowhere = httpStandIn(() => ["HTTP/1.1 301 Moved\r\n\r\n"]);
  await using loop = httpStandIn(() => redirect(`http://127.0.0.1:${nowhere.port}/`));
  await fails("bad_answer", tracker(loop.port).announce(TOLD, never), "more than 5");
});

Deno.test("local places are not asked for strangers, by no name and no redirect", async () => {
  await using server = httpStandIn(() => httpOk("d8:intervali60e5:peers0:e"));
  await fails("forbidden", tracker(server.port, { local: false }).announce(TOLD, never));
  const resolve = () => Promise.resolve(["::ffff:127.0.0.1"]);
  const url = new URL(`http://tracker.example:${server.port}/announce`);
  const named = new HttpTracker(url, { local: false, client: "x", resolve });
  await fails("forbidden", named.announce(TOLD, never), "tracker.example is the loopback address");
  assertEquals(server.connections, 0);
});

Deno.test("a server elsewhere cannot redirect to this machine, whoever named it", async () => {
  await using inner = httpStandIn(() => httpOk("d8:intervali60e5:peers0:e"));
  await using outer = httpStandIn(() => [
    `HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:${inner.port}/x\r\n\r\n`,
  ]);
  // A public address, as far as the tracker is concerned; the connection goes to the stand-in.
  const connect = Deno.connect;
  using _ = replaced(
    Deno,
    "connect",
    ((options: Deno.ConnectOptions) =>
      connect({ ...options, hostname: "127.0.0.1" })) as typeof Deno.connect,
  );
  const url = new URL(`http://tracker.example:${outer.port}/announce`);
  const resolve = (host: string) =>
    Promise.resolve([host === "tracker.example" ? "192.0.2.1" : host]);
  const one = new HttpTracker(url, { local: true, client: "x", resolve });
  await fails("forbidden", one.announce(TOLD, never), "127.0.0.1 is the loopback address");
  assertEquals([outer.connections, inner.connections], [1, 0]);
});

Deno.test("each address of a name is tried", async () => {
  await using server = httpStandIn(() => httpOk("d8:intervali60e5:peers0:e"));
  const connect = Deno.connect;
  const dialled: string[] = [];
  using _ = replaced(
    Deno,
    "connect",
    ((options: Deno.ConnectOptions) => {
      dialled.push(options.hostname!);
      if (options.hostname === "127.0.0.1") return connect(options);
      return Promise.reject(new Deno.errors.ConnectionRefused("nobody"));
    }) as typeof Deno.connect,
  );
  const url = new URL(`http://tracker.example:${server.port}/announce`);
  const resolve = () => Promise.resolve(["192.0.2.1", "127.0.0.1"]);
  const { trackerKind } = await new HttpTracker(url, { local: true, client: "x", resolve })
    .announce(TOLD, never);
  assertEquals([trackerKind, dialled], ["loopback", ["192.0.2.1", "127.0.0.1"]]);
  assert(server.heads[0]!.includes(`Host: tracker.example:${server.port}\r\n`));
});

Deno.test("nobody there, no TLS there, and what never answers are told", async () => {
  await fails("unreachable", tracker(deadPort()).announce(TOLD, never));
  await using plain = new StandIn(async (conn) => {
    await conn.write(latin1("HTTP/1.1 400 Bad\r\n\r\n"));
  });
  const secure = new HttpTracker(new URL(`https://localhost:${plain.port}/`), {
    local: true,
    client: "x",
    resolve: () => Promise.resolve(["127.0.0.1"]),
  });
  await fails("unreachable", secure.announce(TOLD, never));

  const asked = new AbortController();
  await using silent = httpStandIn(() => {
    asked.abort(new DOMException("over", "TimeoutError"));
    return undefined;
  });
  using _ = replaced(AbortSignal, "timeout", (ms: number) => ms === 30_000 ? asked.signal : never);
  await fails("timeout", tracker(silent.port).announce(TOLD, never), "no whole answer within 30 s");
});

Deno.test("a connection that takes more than 10 s is given up", async () => {
  const over = AbortSignal.abort(new DOMException("over", "TimeoutError"));
  using _ = replaced(AbortSignal, "timeout", (ms: number) => ms === 10_000 ? over : never);
  const resolve = () => new Promise<string[]>(() => {});
  const one = tracker(1, { resolve });
  await fails("timeout", one.announce(TOLD, never), "no connection within 10 s");
});

Deno.test("the signal's reason ends an announce", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using server = httpStandIn(() => {
    controller.abort(reason);
    return undefined;
  });
  const one = tracker(server.port);
  assertStrictEquals(await assertRejects(() => one.announce(TOLD, controller.signal)), reason);
  assertStrictEquals(await assertRejects(() => one.announce(TOLD, controller.signal)), reason);
  assertEquals(server.connections, 1);
});
