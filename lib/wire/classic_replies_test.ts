import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { parseClassicPeersReply, parseClassicRegisterReply } from "./classic_tracker.ts";
import { WireError } from "./errors.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("the reply to a registration: OK or the tracker's words", () => {
  const table: [string, string | undefined][] = [
    ["OK", undefined],
    ["OK\r", undefined],
    [" OK ", undefined],
    ["ERROR Invalid REGISTER command format", "Invalid REGISTER command format"],
    ["ERROR", "an empty answer"],
    ["", "an empty answer"],
    ["ok", "ok"],
    ["OKAY", "OKAY"],
    ["HTTP/1.1 400 Bad Request", "HTTP/1.1 400 Bad Request"],
  ];
  for (const [line, refusal] of table) {
    assertEquals(parseClassicRegisterReply(encode(line)), refusal, line);
  }
});

Deno.test("the reply with peers: whole addresses are taken, the rest is passed over", () => {
  const table: [string, string[]][] = [
    ["", []],
    ["\r", []],
    ["192.0.2.1:9000;", ["192.0.2.1 9000"]],
    ["192.0.2.1:9000;192.0.2.2:1;\r", ["192.0.2.1 9000", "192.0.2.2 1"]],
    ["192.0.2.1:9000", ["192.0.2.1 9000"]],
    [" 192.0.2.1:9000 ; ;192.0.2.2:1", ["192.0.2.1 9000", "192.0.2.2 1"]],
    ["[2001:db8::1]:9000;::1:9000;192.0.2.1:1;", ["2001:db8::1 9000", "192.0.2.1 1"]],
    ["192.0.2.1:0;192.0.2.1:65536;192.0.2.1:-1;192.0.2.1:1;", ["192.0.2.1 1"]],
    ["evil.example:80;192.0.2.1:1;192.0.2.1;:1;a;", ["192.0.2.1 1"]],
    ["192.0.2.1:1;192.0.2.2:90", ["192.0.2.1 1", "192.0.2.2 90"]],
    ["192.0.2.1:1;192.0.2.1:1;", ["192.0.2.1 1", "192.0.2.1 1"]],
  ];
  for (const [line, peers] of table) {
    const found = parseClassicPeersReply(encode(line)).map(({ host, port }) => `${host} ${port}`);
    assertEquals(found, peers, line);
  }
});

Deno.test("an error or something else in place of peers is a bad reply", () => {
  const table: [string, string][] = [
    ["ERROR Unknown command", "Unknown command"],
    ["ERROR", "an error without a reason"],
    ["OK", "not a list of peers"],
    ["HTTP/1.1 200 OK", "not a list of peers"],
    ["::1:9000;", "not a list of peers"],
    [";;;x;", "not a list of peers"],
  ];
  for (const [line, words] of table) {
    const error = assertThrows(() => parseClassicPeersReply(encode(line)), WireError, words);
    assertEquals([error.code, error.fault], ["bad_reply", "remote"]);
  }
});

Deno.test("any bytes give addresses or a bad reply", () => {
  const near = fc.array(fc.constantFrom(..."0129.:;[]ERO \t\xff"), { maxLength: 60 })
    .map((all) => Uint8Array.from(all, (one) => one.charCodeAt(0)));
  fc.assert(fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 300 })), (line) => {
    assert(parseClassicRegisterReply(line) !== "");
    try {
      for (const { host, port } of parseClassicPeersReply(line)) {
        assert(/^[0-9a-fA-F:.]+$/.test(host), host);
        assert(Number.isInteger(port) && port >= 1 && port <= 65535);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }));
});
