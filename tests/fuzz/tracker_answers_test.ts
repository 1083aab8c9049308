import { assert, assertEquals } from "jsr:@std/assert@1";
import { addressKind } from "../../lib/base/ip.ts";
import { WireError } from "../../lib/wire/errors.ts";
import { parseHttpAnswer } from "../../lib/wire/http_answer.ts";
import { type HttpReply, HttpReplyReader } from "../../lib/wire/http_reply.ts";
import { MAX_ANSWER_PEERS, type TrackerAnswer } from "../../lib/wire/tracker_announce.ts";
import { parseUdpAnswer } from "../../lib/wire/udp_tracker.ts";
import { bytesOf } from "../vectors/peer_messages.ts";
import { cut, mutate, RUNS, seeded } from "./mutations.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const BODIES = [
  encode("d8:intervali1800e5:peers6:iiiipp6:peers618:iiiiiiiiiiiiiiiippe"),
  encode(
    "d8:completei5e10:incompletei7e8:intervali900e12:min intervali60e5:peersld2:ip9:192.0.2.1" +
      "7:peer id20:aaaaaaaaaaaaaaaaaaaa4:porti6881eed2:ip11:2001:db8::14:porti1eee10:tracker id3:abc" +
      "15:warning message5:slow!e",
  ),
  encode("d14:failure reason4:nope8:retry ini5ee"),
  encode("d14:failure reason4:nope8:retry in5:nevere"),
];

const REPLIES = [
  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc",
  "HTTP/1.0 200 OK\r\n\r\nuntil it closes",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\na: b\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
].map(encode);

const DATAGRAMS = [
  bytesOf("00000000 fffefdfc c0ffee0012345678"),
  bytesOf("00000001 00000007 00000708 00000002 00000001", "c00002011ae1".repeat(20)),
  bytesOf("00000003 00000007", '"no such torrent"'),
];

function check(answer: TrackerAnswer): void {
  assert(answer.peers.length <= MAX_ANSWER_PEERS);
  for (const { host, port } of answer.peers) {
    assert(addressKind(host) !== "invalid" && port >= 1 && port <= 65535, `${host} ${port}`);
  }
  assert(Number.isSafeInteger(answer.interval) && answer.interval >= 0);
  assert((answer.warning ?? "").length <= 500);
}

/** @returns What a reader says of bytes, or its error's code. */
function tried<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    assert(/^it [\P{Cc}]+$/u.test(error.message), error.message);
    return error.code;
  }
}

Deno.test("fuzz: mutated answers of HTTP trackers give answers or a WireError", () => {
  const random = seeded(20_020);
  const seen = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const body = mutate(BODIES[run % BODIES.length]!, random);
    const said = tried(() => parseHttpAnswer(body));
    if (typeof said === "object" && said.kind === "answer") check(said.answer);
    seen.add(typeof said === "string" ? said : said.kind);
  }
  assertEquals(seen, new Set(["answer", "refused", "bad_message"]));
});

Deno.test("fuzz: mutated HTTP replies are read the same however they are cut", () => {
  const random = seeded(20_021);
  const seen = new Set<string>();
  const read = (parts: readonly Uint8Array[]) =>
    tried((): HttpReply => {
      const reader = new HttpReplyReader(1_000);
      for (const part of parts) {
        const reply = reader.push(part);
        if (reply) return reply;
      }
      return reader.end();
    });
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(REPLIES[run % REPLIES.length]!, random);
    const whole = read([bytes]);
    assertEquals(read(cut(bytes, random)), whole);
    if (typeof whole === "object") assert(whole.body.length <= 1_000);
    seen.add(typeof whole === "string" ? whole : "reply");
  }
  assertEquals(seen, new Set(["reply", "bad_message", "truncated"]));
});

Deno.test("fuzz: mutated datagrams give answers or a WireError", () => {
  const random = seeded(20_022);
  const seen = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(DATAGRAMS[run % DATAGRAMS.length]!, random);
    const said = tried(() => parseUdpAnswer(bytes, run % 2 === 0 ? 4 : 6));
    if (typeof said === "object" && said.kind === "announced") check(said.answer);
    if (typeof said === "object" && said.kind === "failed") assert(said.reason.length <= 500);
    seen.add(typeof said === "string" ? said : said.kind);
  }
  assertEquals(seen, new Set(["connected", "announced", "failed", "bad_message"]));
});
