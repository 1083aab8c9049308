import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { infoHash, infoHashV2, peerId } from "../base/ids.ts";
import { WireError } from "./errors.ts";
import {
  type Announce,
  encodeAnnounce,
  encodeFind,
  parseExtendedRequest,
} from "./tracker_lines.ts";
import {
  encodeExtendedError,
  encodeOk,
  parseAnnounceReply,
  parseFindReply,
} from "./tracker_replies.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (line: Uint8Array) => new TextDecoder().decode(line);
const withoutEnd = (line: Uint8Array) => line.subarray(0, -1);

const FIELDS = {
  v1: "11".repeat(20),
  v2: "22".repeat(32),
  name: "größe 1",
  size: 10,
  port: 9000,
  peer_id: "aa".repeat(20),
  left: 0,
  uploaded: 1,
  downloaded: 2,
  event: "started",
  classic: true,
  numwant: 7,
};

const ANNOUNCE: Announce = {
  v1: infoHash(FIELDS.v1)!,
  v2: infoHashV2(FIELDS.v2)!,
  name: FIELDS.name,
  size: 10,
  port: 9000,
  peerId: peerId(FIELDS.peer_id)!,
  left: 0,
  uploaded: 1,
  downloaded: 2,
  event: "started",
  classic: true,
  numwant: 7,
};

Deno.test("an announce is one line of JSON and back", () => {
  const line = encodeAnnounce(ANNOUNCE);
  assertEquals(line.at(-1), 10);
  assert(text(line).startsWith('ANNOUNCE {"v1":"1111'));
  const expected = { kind: "announce", announce: ANNOUNCE } as const;
  assertEquals(parseExtendedRequest(withoutEnd(line)), expected);
  assertEquals(parseExtendedRequest(bytes(`ANNOUNCE ${JSON.stringify(FIELDS)}\r`)), expected);
});

Deno.test("fields of an announce that make no sense are named", () => {
  const table: [string, unknown, string][] = [
    ["v1", "11", "v1"],
    ["v1", 5, "v1"],
    ["v2", "zz".repeat(32), "v2"],
    ["peer_id", "aa", "peer_id"],
    ["peer_id", undefined, "peer_id"],
    ["name", 5, "name"],
    ["name", "a/b", "name: it has a path separator"],
    ["name", "", "name: it is empty"],
    ["port", 0, "port"],
    ["port", 65536, "port"],
    ["port", "9000", "port"],
    ["size", -1, "size"],
    ["left", 1.5, "left"],
    ["uploaded", 2 ** 53, "uploaded"],
    ["downloaded", null, "downloaded"],
    ["numwant", -1, "numwant"],
    ["event", "begun", "event"],
    ["classic", 1, "classic"],
  ];
  for (const [key, value, field] of table) {
    const line = bytes(`ANNOUNCE ${JSON.stringify({ ...FIELDS, [key]: value })}`);
    assertEquals(parseExtendedRequest(line), { kind: "bad_request", field }, `${key} ${value}`);
  }
  const { v1: _1, v2: _2, ...none } = FIELDS;
  const without = parseExtendedRequest(bytes(`ANNOUNCE ${JSON.stringify(none)}`));
  assertEquals(without, { kind: "bad_request", field: "v2" });
});

Deno.test("numbers that are too large are cut, those that are absent are the usual ones", () => {
  const parsed = (changes: object) => {
    const request = parseExtendedRequest(
      bytes(`ANNOUNCE ${JSON.stringify({ ...FIELDS, ...changes })}`),
    );
    assert(request?.kind === "announce");
    return request.announce.numwant;
  };
  assertEquals([parsed({ numwant: 1_000 }), parsed({ numwant: undefined })], [200, 50]);
});

Deno.test("what to find is exactly one of name, prefix and hash", () => {
  const table: [string, unknown][] = [
    ['{"name":"a b"}', { name: "a b", limit: 20, after: 0 }],
    ['{"prefix":"a","limit":1000,"after":3}', { prefix: "a", limit: 100, after: 3 }],
    ['{"hash":"ABCD"}', { hash: "abcd", limit: 20, after: 0 }],
    ["{}", undefined],
    ['{"name":"a","hash":"abcd"}', undefined],
    ['{"hash":"abc"}', undefined],
    ['{"hash":"xxxx"}', undefined],
    ['{"name":"a\\nb"}', undefined],
    ['{"name":1}', undefined],
    ['{"name":"a","limit":0}', undefined],
    ['{"name":"a","after":-1}', undefined],
  ];
  for (const [json, find] of table) {
    const request = parseExtendedRequest(bytes(`FIND ${json}`));
    if (find === undefined) assertEquals(request?.kind, "bad_request", json);
    else assertEquals(request as unknown, { kind: "find", find }, json);
  }
  const line = encodeFind({ name: "a", limit: 5, after: 0 });
  assertEquals(parseExtendedRequest(withoutEnd(line)), {
    kind: "find",
    find: { name: "a", limit: 5, after: 0 },
  });
});

Deno.test("statistics are asked for with a key at most, and an answer may tell the port of HTTP", () => {
  for (const line of ["STATS", "STATS ", "STATS\r"]) {
    assertEquals(parseExtendedRequest(bytes(line)), { kind: "stats" });
  }
  assertEquals(parseExtendedRequest(bytes('STATS {"key":"k"}')), { kind: "stats", key: "k" });
  assertEquals(parseExtendedRequest(bytes("STATS x"))?.kind, "bad_request");
  assertEquals(parseExtendedRequest(bytes("STATSx")), undefined);
  const answer = { interval: 120, seeders: 1, leechers: 2, peers: [], http_port: 6969 };
  const read = parseAnnounceReply(withoutEnd(encodeOk(answer)));
  assertEquals(read, { kind: "ok", value: answer });
  const wrong = parseAnnounceReply(withoutEnd(encodeOk({ ...answer, http_port: 65_536 })));
  assertEquals(wrong.kind === "ok" && "http_port" in wrong.value, false);
});

Deno.test("a key comes with every request, and is a short text", () => {
  const wanted = { name: "a", limit: 20, after: 0, key: "k".repeat(100) };
  assertEquals(parseExtendedRequest(withoutEnd(encodeFind(wanted))), {
    kind: "find",
    find: wanted,
  });
  for (const key of ["5", "{}", "null", `"${"k".repeat(101)}"`]) {
    for (const verb of ["STATS", "FIND", "ANNOUNCE"]) {
      const request = parseExtendedRequest(bytes(`${verb} {"name":"a","key":${key}}`));
      assertEquals(request, { kind: "bad_request", field: "key" });
    }
  }
});

Deno.test("other verbs are not extended, and what is no object is a bad request", () => {
  for (const line of ["REGISTER a 1", "ANNOUNCER {}", "announce {}", "FINDx", "", " FIND {}"]) {
    assertEquals(parseExtendedRequest(bytes(line)), undefined, line);
  }
  for (const rest of ["", " ", " []", " 5", " {", ' {"a":\u0000}', " null"]) {
    assertEquals(parseExtendedRequest(bytes(`FIND${rest}`))?.kind, "bad_request", rest);
  }
});

Deno.test("answers come back as they were sent", () => {
  const answer = {
    interval: 120,
    seeders: 1,
    leechers: 2,
    peers: [{ host: "192.0.2.1", port: 1, seed: true }, {
      host: "2001:db8::1",
      port: 2,
      seed: false,
    }],
  };
  assertEquals(parseAnnounceReply(withoutEnd(encodeOk(answer))), { kind: "ok", value: answer });
  const found = {
    shares: [{
      name: "a",
      size: 1,
      v1: infoHash(FIELDS.v1)!,
      v2: infoHashV2(FIELDS.v2)!,
      seeders: 1,
      leechers: 0,
      age: 5,
    }],
    classic: [{ host: "192.0.2.1", port: 1 }],
    next: 7,
  };
  assertEquals(parseFindReply(withoutEnd(encodeOk(found))), { kind: "ok", value: found });
  const error = withoutEnd(encodeExtendedError("full", "The tracker is full"));
  assertEquals(parseFindReply(error), { kind: "refused", text: "full The tracker is full" });
  assertEquals(parseAnnounceReply(bytes("ERROR Unknown command\r")), { kind: "classic" });
});

Deno.test("entries of an answer that nobody can have are passed over", () => {
  const peers = [
    ...[null, 5, {}, { host: "x", port: 1 }, { host: "192.0.2.1", port: 0 }],
    { host: "::ffff:192.0.2.1", port: 1 },
  ];
  const line = bytes(`OK ${JSON.stringify({ interval: 60, peers })}`);
  assertEquals(parseAnnounceReply(line), {
    kind: "ok",
    value: {
      interval: 60,
      seeders: 0,
      leechers: 0,
      peers: [{ host: "192.0.2.1", port: 1, seed: false }],
    },
  });
  const shares = [null, { name: "a" }, { name: "../a", v1: FIELDS.v1 }, {
    name: "b",
    v1: FIELDS.v1,
  }];
  const found = parseFindReply(bytes(`OK ${JSON.stringify({ shares, classic: [] })}`));
  assert(found.kind === "ok");
  assertEquals(found.value.shares.map(({ name }) => name), ["b"]);
});

Deno.test("any bytes are a request, a bad one or none; any answer is read or refused", () => {
  const json = fc.json().map((value) => bytes(value));
  const line = fc.oneof(json, fc.uint8Array({ maxLength: 200 }));
  fc.assert(
    fc.property(fc.constantFrom("ANNOUNCE ", "FIND ", "OK ", "ERROR "), line, (verb, rest) => {
      const whole = new Uint8Array([...bytes(verb), ...rest]);
      parseExtendedRequest(whole);
      for (const parse of [parseAnnounceReply, parseFindReply]) {
        try {
          parse(whole);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          assertEquals(error.code, "bad_reply");
        }
      }
    }),
  );
  assertThrows(() => parseFindReply(bytes("OK 5")), WireError);
});
