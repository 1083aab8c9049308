import { assertEquals } from "jsr:@std/assert@1";
import { infoHash, peerId } from "../base/ids.ts";
import { parseHttpAnswer } from "./http_answer.ts";
import {
  encodeCompactAnswer,
  encodeHttpFailure,
  encodeHttpScrape,
  encodePeerDicts,
} from "./http_tracker_reply.ts";

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const ANSWER = { interval: 1800, minInterval: 60, seeders: 5, leechers: 7, completed: 9 };
const COUNTS = "8:completei5e10:downloadedi9e10:incompletei7e";
const TIMES = "8:intervali1800e12:min intervali60e";
const V4 = Uint8Array.of(192, 0, 2, 1, 26, 225);
const V6 = Uint8Array.of(32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80);
const NONE = new Uint8Array(0);

Deno.test("http reply: compact peers, to the byte", () => {
  assertEquals(
    text(encodeCompactAnswer(ANSWER, V4, V6)),
    `d${COUNTS}${TIMES}5:peers6:${text(V4)}6:peers618:${text(V6)}e`,
  );
  assertEquals(text(encodeCompactAnswer(ANSWER, NONE, NONE)), `d${COUNTS}${TIMES}5:peers0:e`);
  const warned = encodeCompactAnswer({ ...ANSWER, warning: "ä" }, NONE, NONE);
  assertEquals(text(warned), `d${COUNTS}${TIMES}5:peers0:15:warning message2:\xc3\xa4e`);
});

Deno.test("http reply: dictionaries of peers, to the byte", () => {
  const peers = [
    { host: "192.0.2.1", port: 6881, peerId: peerId("61".repeat(20))! },
    { host: "2001:db8::1", port: 80, peerId: peerId("62".repeat(20))! },
  ];
  const list = (a: string, b: string) =>
    `d${COUNTS}${TIMES}5:peersl` +
    `d2:ip9:192.0.2.1${a}4:porti6881eed2:ip11:2001:db8::1${b}4:porti80eeee`;
  assertEquals(
    text(encodePeerDicts(ANSWER, peers, false)),
    list(`7:peer id20:${"a".repeat(20)}`, `7:peer id20:${"b".repeat(20)}`),
  );
  assertEquals(text(encodePeerDicts(ANSWER, peers, true)), list("", ""));
});

Deno.test("http reply: our own client reads all of it", () => {
  const peers = [{ host: "192.0.2.1", port: 6881 }, { host: "2001:db8::1", port: 80 }];
  const wanted = {
    kind: "answer",
    answer: { interval: 1800, minInterval: 60, seeders: 5, leechers: 7, peers, warning: "slow" },
  } as const;
  const told = { ...ANSWER, warning: "slow" };
  assertEquals(parseHttpAnswer(encodeCompactAnswer(told, V4, V6)), wanted);
  const known = peers.map((peer) => ({ ...peer, peerId: peerId("61".repeat(20))! }));
  assertEquals(parseHttpAnswer(encodePeerDicts(told, known, true)), wanted);
});

Deno.test("http reply: failures, with and without a time to come back", () => {
  assertEquals(text(encodeHttpFailure("No")), "d14:failure reason2:Noe");
  assertEquals(text(encodeHttpFailure("No", 1)), "d14:failure reason2:No8:retry ini1ee");
  const read = parseHttpAnswer(encodeHttpFailure("No", 1));
  assertEquals(read, { kind: "refused", reason: "No", retryIn: 1 });
});

Deno.test("http reply: a scrape holds each hash once, sorted by its bytes (the example of BEP 48)", () => {
  const [x, y] = ["78", "79"].map((digits) => infoHash(digits.repeat(20))!);
  const counts = [
    { seeders: 21, leechers: 20, completed: 206 },
    { seeders: 11, leechers: 19, completed: 13772 },
  ];
  const one = (complete: number, downloaded: number, incomplete: number) =>
    `d8:completei${complete}e10:downloadedi${downloaded}e10:incompletei${incomplete}ee`;
  const all = `d5:filesd20:${"x".repeat(20)}${one(11, 13772, 19)}20:${"y".repeat(20)}` +
    `${one(21, 206, 20)}ee`;
  assertEquals(text(encodeHttpScrape([y!, x!], counts)), all);
  assertEquals(text(encodeHttpScrape([y!, x!, x!], [...counts, counts[1]!])), all);
});
