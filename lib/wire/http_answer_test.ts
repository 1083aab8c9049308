import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { WireError } from "./errors.ts";
import { MAX_HTTP_ANSWER, parseHttpAnswer } from "./http_answer.ts";
import { MAX_ANSWER_PEERS } from "./tracker_announce.ts";

const parse = (...parts: string[]) => parseHttpAnswer(bytesOf(...parts));

/** What an answer that is no refusal says. */
function answerOf(...parts: string[]) {
  const said = parse(...parts);
  if (said.kind !== "answer") throw new Error(`it is ${said.kind}`);
  return said.answer;
}

Deno.test("compact peers of both families (the example of BEP 7)", () => {
  assertEquals(parse('"d8:intervali1800e5:peers6:iiiipp6:peers618:iiiiiiiiiiiiiiiippe"'), {
    kind: "answer",
    answer: {
      interval: 1800,
      peers: [
        { host: "105.105.105.105", port: 28784 },
        { host: "6969:6969:6969:6969:6969:6969:6969:6969", port: 28784 },
      ],
    },
  });
});

Deno.test("peers as dictionaries (BEP 3); names and ports that are none are left out", () => {
  const peer = (ip: string, port: string) => `d2:ip${ip.length}:${ip}4:port${port}e`;
  const list = [
    peer("192.0.2.1", "i6881e"),
    peer("2001:DB8::1", "i1e"),
    peer("::ffff:192.0.2.9", "i65535e"),
    peer("a.example", "i6881e"),
    peer("192.0.2.2", "i0e"),
    peer("192.0.2.3", "i65536e"),
    peer("192.0.2.4", "4:6881"),
    "i1e",
    "de",
  ].join("");
  assertEquals(answerOf(`"d8:intervali60e5:peersl${list}ee"`).peers, [
    { host: "192.0.2.1", port: 6881 },
    { host: "2001:db8::1", port: 1 },
    { host: "192.0.2.9", port: 65535 },
  ]);
});

Deno.test("everything that an answer can say", () => {
  const bytes = bytesOf(
    '"d8:completei5e10:incompletei7e8:intervali900e12:min intervali60e5:peers0:"',
    '"10:tracker id3:"',
    "ff0041",
    '"15:warning message5:slow!e"',
  );
  assertEquals(parseHttpAnswer(bytes), {
    kind: "answer",
    answer: {
      interval: 900,
      minInterval: 60,
      seeders: 5,
      leechers: 7,
      peers: [],
      trackerId: Uint8Array.of(255, 0, 65),
      warning: "slow!",
    },
  });
});

Deno.test("a refusal counts whatever else is there, and tells when to come again (BEP 31)", () => {
  const refused = (rest: string) => parse(`"d14:failure reason4:nope${rest}e"`);
  assertEquals(refused("8:intervali900e5:peers0:"), { kind: "refused", reason: "nope" });
  for (
    const [text, retryIn] of [["1:5", 5], ["i5e", 5], ["5:never", "never"], ["i0e", 0]] as const
  ) {
    assertEquals(refused(`8:retry in${text}`), { kind: "refused", reason: "nope", retryIn });
  }
  for (const text of ["4:soon", "i-1e", "0:", "le", "12:999999999999"]) {
    assertEquals(refused(`8:retry in${text}`), { kind: "refused", reason: "nope" });
  }
});

Deno.test("an interval that is none is what most trackers say; keys need no order", () => {
  for (const interval of ["", "8:intervali0e", "8:intervali-5e", "8:interval2:60"]) {
    assertEquals(answerOf(`"d5:peers0:${interval}e"`), { interval: 1800, peers: [] });
  }
});

Deno.test("no more than 1,000 peers are kept", () => {
  const compact = "c00002010050".repeat(1500);
  assertEquals(answerOf('"d5:peers9000:"', compact, '"e"').peers.length, MAX_ANSWER_PEERS);
  const plain = "d2:ip9:192.0.2.14:porti1ee".repeat(1200);
  assertEquals(answerOf(`"d5:peersl${plain}ee"`).peers.length, MAX_ANSWER_PEERS);
});

Deno.test("a text and a tracker id without end are not kept whole", () => {
  const long = "x".repeat(10_000);
  const answer = answerOf(`"d5:peers0:10:tracker id10000:${long}15:warning message10000:${long}e"`);
  assertEquals([answer.trackerId, answer.warning?.length], [undefined, 500]);
});

Deno.test("what is no answer is refused", () => {
  const cases: [string, string][] = [
    ["", "it sent an answer that cannot be read"],
    ["<html>", "it sent an answer that cannot be read"],
    ["le", "it sent an answer that is no dictionary"],
    ["d5:peers0:e-", "it sent an answer with 1 bytes behind it"],
    ["de", "it sent an answer with neither interval nor peers"],
    [`d5:peersl${"i1e".repeat(5000)}ee`, "it sent an answer that cannot be read"],
    [`d1:a${"l".repeat(20)}${"e".repeat(20)}e`, "it sent an answer that cannot be read"],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(
      () => parseHttpAnswer(new TextEncoder().encode(text)),
      WireError,
      message,
    );
    assertEquals([error.code, error.fault], ["bad_message", "remote"]);
  }
  assertThrows(() => parseHttpAnswer(new Uint8Array(MAX_HTTP_ANSWER + 1)), WireError, "the most");
});
