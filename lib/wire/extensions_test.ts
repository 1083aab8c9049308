import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { toHex } from "../base/bytes.ts";
import { WireError } from "./errors.ts";
import { decodeExtended, encodeExtended, learnExtensions, OUR_EXTENSIONS } from "./extensions.ts";
import { encodeMessage } from "./peer_writer.ts";

const handshake = (...entries: [string, number][]) => ({ extensions: new Map(entries) });

Deno.test("what we send carries the other end's ids, what we read our own", () => {
  const theirs = new Map([["ut_metadata", 99], ["lt_donthave", 255]]);
  const request = encodeExtended({ kind: "metadata_request", piece: 0 }, theirs)!;
  assertEquals(request, bytesOf("63", '"d8:msg_typei0e5:piecei0ee"'));
  assertEquals(decodeExtended(request), { kind: "ignored", id: 20 });
  request[0] = OUR_EXTENSIONS.get("ut_metadata")!;
  assertEquals(decodeExtended(request), { kind: "metadata_request", piece: 0 });
  assertEquals(toHex(encodeExtended({ kind: "dont_have", piece: 1 }, theirs)!), "ff00000001");
});

Deno.test("what the other end does not know is not sent; its handshake needs no id", () => {
  const nothing = new Map<string, number>();
  const pex = { kind: "pex", added: [], dropped: [] } as const;
  for (const message of [pex, { kind: "upload_only", value: true } as const]) {
    assertEquals(encodeMessage(message, nothing), undefined);
    assertEquals(encodeMessage(message), undefined);
  }
  assertEquals(encodeMessage({ kind: "ignored", id: 20 }), undefined);
  const own = { kind: "extension_handshake", extensions: OUR_EXTENSIONS } as const;
  assertEquals(encodeExtended(own, nothing)?.[0], 0);
});

Deno.test("handshakes add up: what is named is added or changed, 0 takes away", () => {
  let ids = learnExtensions(new Map(), handshake(["ut_pex", 1], ["ut_metadata", 2], ["x", 3]));
  assertEquals(ids, new Map([["ut_pex", 1], ["ut_metadata", 2]]));
  ids = learnExtensions(ids, handshake(["ut_pex", 0], ["lt_donthave", 7], ["upload_only", 0]));
  assertEquals(ids, new Map([["ut_metadata", 2], ["lt_donthave", 7]]));
  assertEquals(learnExtensions(ids, handshake(["ut_metadata", 5])).get("ut_metadata"), 5);
  assertEquals(ids.get("ut_metadata"), 2, "what was known before is not changed");
});

Deno.test("fixed lengths are exact", () => {
  for (const hex of ["03", "030100", "04", "04000000", "0400000001ff"]) {
    const error = assertThrows(() => decodeExtended(bytesOf(hex)), WireError, "it sent ");
    assertEquals([error.code, error.fault], ["bad_message", "remote"]);
  }
});

Deno.test("what is not bencoded, or no dictionary, is refused in every extension", () => {
  const table: [string, string][] = [
    ['""', "cannot be read"],
    ['"d"', "cannot be read"],
    ['"d1:x"', "cannot be read"],
    ['"d1:xi1e"', "cannot be read"],
    ['"d1:xle1:xlee"', "cannot be read"],
    [`"${"d1:x".repeat(9)}"`, "deeper than 8 levels"],
    [`"l${"0:".repeat(4096)}e"`, "more than 4096 values"],
    ['"d1:x9:abce"', "cannot be read"],
    ['"x"', "cannot be read"],
    ['"le"', "no dictionary"],
    ['"i1e"', "no dictionary"],
    ['"0:"', "no dictionary"],
  ];
  for (const id of [0, 1, 2]) {
    for (const [text, words] of table) {
      const body = bytesOf(`0${id}`, text);
      const error = assertThrows(() => decodeExtended(body), WireError, words, text);
      assertEquals(error.code, "bad_message");
    }
  }
  for (const id of [0, 1]) {
    assertThrows(() => decodeExtended(bytesOf(`0${id}`, '"de0"')), WireError, "1 bytes behind it");
  }
});
