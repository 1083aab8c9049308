import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import {
  CLASSIC_OK,
  type ClassicPeer,
  type ClassicRequest,
  encodeClassicError,
  encodeClassicGetPeers,
  encodeClassicPeers,
  encodeClassicProblem,
  encodeClassicRegister,
  MAX_CLASSIC_LINE,
  MAX_CLASSIC_REPLY,
  parseClassicRequest,
} from "./classic_tracker.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const latin1 = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
const register = (name: string, port: number): ClassicRequest => ({ kind: "register", name, port });
const getpeers = (name: string): ClassicRequest => ({ kind: "getpeers", name });
const malformed = (verb: "REGISTER" | "GETPEERS"): ClassicRequest => ({ kind: "malformed", verb });
const unknown: ClassicRequest = { kind: "unknown" };

Deno.test("requests are byte for byte the original's", () => {
  assertEquals(decode(encodeClassicRegister("file.bin", 9000)), "REGISTER file.bin 9000\n");
  assertEquals(decode(encodeClassicGetPeers("file.bin")), "GETPEERS file.bin\n");
  assertEquals(encodeClassicGetPeers("é"), Uint8Array.of(...encode("GETPEERS "), 0xc3, 0xa9, 10));
});

Deno.test("replies are byte for byte the original's", () => {
  assertEquals(decode(CLASSIC_OK), "OK\n");
  const problem = (verb: "REGISTER" | "GETPEERS") =>
    decode(encodeClassicProblem({ kind: "malformed", verb }));
  assertEquals(problem("REGISTER"), "ERROR Invalid REGISTER command format\n");
  assertEquals(problem("GETPEERS"), "ERROR Invalid GETPEERS command format\n");
  assertEquals(decode(encodeClassicProblem({ kind: "unknown" })), "ERROR Unknown command\n");
  assertEquals(decode(encodeClassicProblem({ kind: "refused", reason: "no" })), "ERROR no\n");
  assertEquals(decode(encodeClassicError("full")), "ERROR full\n");
  const peers = [{ host: "192.0.2.1", port: 9000 }, { host: "192.0.2.2", port: 65535 }];
  assertEquals(decode(encodeClassicPeers(peers, peers)), "192.0.2.1:9000;192.0.2.2:65535;\n");
  assertEquals(decode(encodeClassicPeers([], [])), "\n");
  const six = [{ host: "2001:db8::1", port: 1 }];
  assertEquals(decode(encodeClassicPeers(six, six)), "[2001:db8::1]:1;\n");
});

Deno.test("request lines are read as the original's tokens, names with spaces beside them", () => {
  const table: [string, ClassicRequest][] = [
    ["REGISTER file.bin 9000", register("file.bin", 9000)],
    ["REGISTER file.bin 9000\r", register("file.bin", 9000)],
    ["  REGISTER \t file.bin\v\f9000  ", register("file.bin", 9000)],
    ["REGISTER two words.tar.gz 65535", register("two words.tar.gz", 65535)],
    ["REGISTER a  b 1", register("a  b", 1)],
    ["REGISTER 9000 9001", register("9000", 9001)],
    ["REGISTER a +9000", register("a", 9000)],
    ["REGISTER a 0009000", register("a", 9000)],
    ["REGISTER größe\u{1f600} 9000", register("größe\u{1f600}", 9000)],
    ["GETPEERS file.bin", getpeers("file.bin")],
    ["GETPEERS\tfile.bin \r", getpeers("file.bin")],
    ["GETPEERS two  words 1", getpeers("two  words 1")],
    ["GETPEERS REGISTER", getpeers("REGISTER")],
    ["REGISTER", malformed("REGISTER")],
    ["REGISTER a", malformed("REGISTER")],
    ["REGISTER 9000", malformed("REGISTER")],
    ["REGISTER a 90x0", malformed("REGISTER")],
    ["REGISTER a 9000.5", malformed("REGISTER")],
    ["REGISTER a 0x50", malformed("REGISTER")],
    ["REGISTER a ９０", malformed("REGISTER")],
    ["GETPEERS", malformed("GETPEERS")],
    ["GETPEERS \t\r", malformed("GETPEERS")],
    ["", unknown],
    ["register a 9000", unknown],
    ["REGISTERa 9000", unknown],
    ["PING", unknown],
    ["GET / HTTP/1.1\r", unknown],
    ["\u00a0GETPEERS a", unknown],
    ["\ufeffGETPEERS a", unknown],
  ];
  for (const [line, request] of table) {
    assertEquals(parseClassicRequest(encode(line)), request, JSON.stringify(line));
  }
});

Deno.test("ports and names that nobody can use are refused with the reason", () => {
  const table: [string, string][] = [
    ["REGISTER a 0", "port must be 1 to 65535"],
    ["REGISTER a -1", "port must be 1 to 65535"],
    ["REGISTER a 65536", "port must be 1 to 65535"],
    [`REGISTER a ${"9".repeat(400)}`, "port must be 1 to 65535"],
    ["REGISTER ../a 9000", "path separator"],
    ["GETPEERS a\\b", "path separator"],
    ["GETPEERS ..", "is a folder"],
    ["GETPEERS a\u001b[2J", "control characters"],
    ["GETPEERS a\tb", "control characters"],
    [`GETPEERS ${"é".repeat(128)}`, "over 255 bytes"],
  ];
  for (const [line, reason] of table) {
    const request = parseClassicRequest(encode(line));
    assert(request.kind === "refused", line);
    assertStringIncludes(request.reason, reason);
  }
});

Deno.test("a name that is no UTF-8 is read as Latin-1", () => {
  assertEquals(parseClassicRequest(latin1("GETPEERS gr\xf6\xdfe")), getpeers("größe"));
  assertEquals(parseClassicRequest(latin1("REGISTER \xff 9000")), register("\xff", 9000));
});

Deno.test("any garbage is read as some request, and what was registered reads back", () => {
  const start = fc.constantFrom("", "REGISTER ", "GETPEERS ", "REGISTER a ");
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(32, 9, 13, 48, 57, 65, 0xc3, 0xa9), { maxLength: 100 })
      .map((all) => Uint8Array.from(all)),
  );
  fc.assert(fc.property(start, bytes, (verb, more) => {
    const request = parseClassicRequest(Uint8Array.from([...encode(verb), ...more]));
    if (request.kind === "register") {
      const line = encodeClassicRegister(request.name, request.port).subarray(0, -1);
      assertEquals(parseClassicRequest(line), request);
    } else if (request.kind === "getpeers") {
      assertEquals(parseClassicRequest(encodeClassicGetPeers(request.name).slice(0, -1)), request);
    }
  }));
});

Deno.test("the longest line of white space is read at once", () => {
  const line = encode("REGISTER a" + " \t".repeat(MAX_CLASSIC_LINE / 2 - 10) + "b c");
  const started = performance.now();
  for (let n = 0; n < 100; n++) parseClassicRequest(line);
  assert(performance.now() - started < 1_000, "time grows with the length only");
});

Deno.test("a reply never has over 4,095 bytes, has whole entries, and keeps the freshest", () => {
  const host = fc.oneof(fc.ipV4(), fc.constant("1.1.1.1"), fc.constant("255.255.255.255"));
  const peer = fc.record({ host, port: fc.integer({ min: 1, max: 65535 }) });
  const peers = fc.array(peer, { maxLength: 600, size: "max" });
  fc.assert(
    fc.property(peers, fc.infiniteStream(fc.nat()), (all, ranks) => {
      const rank = new Map(all.map((one) => [one, ranks.next().value as number]));
      const freshest = all.toSorted((a, b) => rank.get(a)! - rank.get(b)!);
      const reply = encodeClassicPeers(all, freshest);
      assert(reply.length <= MAX_CLASSIC_REPLY);
      const text = decode(reply);
      assert(/^(?:[\d.]+:\d+;)*\n$/.test(text));
      const entry = ({ host, port }: ClassicPeer) => `${host}:${port};`;
      const count = text.split(";").length - 1;
      const kept = new Set(freshest.slice(0, count));
      assertEquals(text, all.filter((one) => kept.has(one)).map(entry).join("") + "\n");
      const next = freshest[count];
      if (next) assert(reply.length + entry(next).length > MAX_CLASSIC_REPLY, "room was left");
    }),
    { numRuns: 50 },
  );
});

Deno.test("a reply may fill its 4,095 bytes to the last", () => {
  const most = Array.from({ length: 240 }, () => ({ host: "10.10.10.10", port: 1234 })); // 17 bytes
  const filling = [...most, { host: "1.1.1.1", port: 12345 }]; // 14 bytes, and the line feed
  assertEquals(encodeClassicPeers(filling, filling).length, MAX_CLASSIC_REPLY);
  const over = [...most, { host: "1.1.1.10", port: 12345 }]; // one more
  assertEquals(encodeClassicPeers(over, over).length, 240 * 17 + 1);
});
