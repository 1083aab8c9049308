import { assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { decodeExtensionHandshake, encodeExtensionHandshake } from "./extension_handshake.ts";

const decode = (...parts: string[]) => decodeExtensionHandshake(bytesOf(...parts));
const empty = { kind: "extension_handshake", extensions: new Map<string, number>() } as const;

Deno.test("nothing has to be told, and names that we do not know are passed over", () => {
  assertEquals(decode('"de"'), empty);
  assertEquals(decode('"d1:ei1e4:ipv44:abcd4:ipv60:2:xxd1:al1:bi2eeee"'), empty);
});

Deno.test("keys may come in any order", () => {
  const extensions = new Map([["ut_pex", 2], ["a", 1]]);
  assertEquals(decode('"d1:pi5e1:md6:ut_pexi2e1:ai1eee"'), { ...empty, port: 5, extensions });
});

Deno.test("what is out of range or of another type counts as not told", () => {
  for (const value of ["i0e", "i-1e", "i65536e", "i9007199254740993e", "4:6881", "le", "de"]) {
    assertEquals(decode(`"d1:p${value}e"`), empty, value);
  }
  for (const name of ["4:reqq", "13:metadata_size"]) {
    for (const value of ["i0e", "i-1e", "0:", "le"]) {
      assertEquals(decode(`"d${name}${value}e"`), empty);
    }
  }
  for (const text of ["1:vi1e", "6:yourip3:abc", "6:yourip5:abcde", "1:mle", "11:upload_only1:1"]) {
    assertEquals(decode(`"d${text}e"`), empty, text);
  }
  const ids = decode('"d1:md1:ai256e1:bi-1e1:c1:x1:di255eee"').extensions;
  assertEquals(ids, new Map([["d", 255]]));
});

Deno.test("upload-only is told by any number but 0", () => {
  assertEquals(decode('"d11:upload_onlyi0ee"').uploadOnly, false);
  assertEquals(decode('"d11:upload_onlyi1ee"').uploadOnly, true);
  assertEquals(decode('"d11:upload_onlyi2ee"').uploadOnly, true);
});

Deno.test("what is kept is bounded, however much is told", () => {
  assertEquals(decode('"d4:reqqi9007199254740991ee"').queue, 65535);
  assertEquals(decode(`"d1:v300:${"x".repeat(300)}e"`).client, "x".repeat(128));
  const many = Array.from({ length: 1000 }, (_, one) => `${`${one}`.length}:${one}i1e`).join("");
  assertEquals(decode(`"d1:md${many}ee"`).extensions.size, 64);
  assertEquals(decode(`"d1:md65:${"x".repeat(65)}i1eee"`).extensions.size, 0);
});

Deno.test("a client name that is no UTF-8 is read with replacements", () => {
  assertEquals(decode('"d1:v2:"', "ff41", '"e"').client, "\ufffdA");
});

Deno.test("only what is told is written, keys in order", () => {
  const text = (handshake: Parameters<typeof encodeExtensionHandshake>[0]) =>
    new TextDecoder().decode(encodeExtensionHandshake(handshake));
  assertEquals(text({ extensions: new Map([["b", 1], ["a", 2]]) }), "d1:md1:ai2e1:bi1eee");
  const more = { client: "c", port: 1, queue: 2, metadataSize: 3, uploadOnly: false };
  assertEquals(
    text({ extensions: new Map(), ...more }),
    "d1:mde13:metadata_sizei3e1:pi1e4:reqqi2e11:upload_onlyi0e1:v1:ce",
  );
});
