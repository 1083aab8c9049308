import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { concatBytes } from "../base/bytes.ts";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { WireError } from "./errors.ts";
import {
  decodeMetadataMessage,
  encodeMetadataMessage,
  METADATA_PART,
} from "./metadata_messages.ts";

/** A data message as anybody could send it. */
function data(piece: number, totalSize: number, length: number): Uint8Array {
  const text = `d8:msg_typei1e5:piecei${piece}e10:total_sizei${totalSize}ee`;
  return concatBytes([new TextEncoder().encode(text), new Uint8Array(length).fill(0x65)]);
}

Deno.test("a part is 16 KiB, the last one what is left", () => {
  const table: [number, number, number][] = [
    [0, 1, 1],
    [0, METADATA_PART, METADATA_PART],
    [0, METADATA_PART + 1, METADATA_PART],
    [1, METADATA_PART + 1, 1],
    [1919, 1920 * METADATA_PART - 5, METADATA_PART - 5],
  ];
  for (const [piece, totalSize, length] of table) {
    const bytes = data(piece, totalSize, length);
    const message = decodeMetadataMessage(bytes);
    const part = new Uint8Array(length).fill(0x65);
    assertEquals(message, { kind: "metadata_data", piece, totalSize, data: part });
    assertEquals(encodeMetadataMessage(message!), bytes);
    for (const other of [length - 1, length + 1]) {
      const error = assertThrows(
        () => decodeMetadataMessage(data(piece, totalSize, other)),
        WireError,
        `with ${other} bytes of data; ${length} would be right`,
      );
      assertEquals([error.code, error.fault], ["bad_message", "remote"]);
    }
  }
});

Deno.test("data is a view of what came", () => {
  const bytes = data(0, 3, 3);
  const message = decodeMetadataMessage(bytes);
  assertEquals(message?.kind === "metadata_data" && message.data.buffer === bytes.buffer, true);
});

Deno.test("parts that are not there are refused", () => {
  for (const [piece, size, length] of [[1, 16383, 1], [2, 16384, 0], [9007199254740991, 1, 0]]) {
    const bytes = data(piece!, size!, length!);
    assertThrows(() => decodeMetadataMessage(bytes), WireError, "no such part");
  }
});

Deno.test("a reject may tell the size, a request may tell anything more", () => {
  const bytes = bytesOf('"d8:msg_typei2e5:piecei9e10:total_sizei265ee"');
  assertEquals(decodeMetadataMessage(bytes), { kind: "metadata_reject", piece: 9 });
  const more = bytesOf('"d8:msg_typei0e5:piecei9e1:xlee"');
  assertEquals(decodeMetadataMessage(more), { kind: "metadata_request", piece: 9 });
});

Deno.test("what has no type, part or size means nothing", () => {
  const table: [string, string][] = [
    ["d5:piecei0ee", "without a msg_type"],
    ["d8:msg_typei-1e5:piecei0ee", "without a msg_type"],
    ["d8:msg_type1:05:piecei0ee", "without a msg_type"],
    ["d8:msg_typei0ee", "without a piece"],
    ["d8:msg_typei2e5:piecei-1ee", "without a piece"],
    ["d8:msg_typei1e5:piecei0eex", "without a total_size"],
    ["d8:msg_typei1e5:piecei0e10:total_sizei0eex", "without a total_size"],
    ["d8:msg_typei0e5:piecei0eex", "1 bytes of data; 0 would be right"],
    ["d8:msg_typei2e5:piecei0eex", "1 bytes of data; 0 would be right"],
  ];
  for (const [text, words] of table) {
    const error = assertThrows(
      () => decodeMetadataMessage(bytesOf(`"${text}"`)),
      WireError,
      words,
    );
    assertEquals(error.code, "bad_message");
  }
});

Deno.test("types that do not exist yet are no error", () => {
  assertEquals(decodeMetadataMessage(bytesOf('"d8:msg_typei3e1:xlee"')), undefined);
});
