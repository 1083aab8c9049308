import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { type Plain, plain } from "../../tests/vectors/torrent_content.ts";
import { encodeBencode } from "./bencode.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";
import { parseInfo } from "./info.ts";

const KIB16 = 16_384;
const ROOT = new Uint8Array(32).fill(7);
const parse = (info: Plain) => parseInfo(encodeBencode(plain(info)));

function refused(info: Plain, code: MetaErrorCode, why: string) {
  const error = assertThrows(() => parse(info), MetaError, why);
  assertEquals([error.code, error.fault], [code, "remote"]);
}

Deno.test("a hybrid whose parts tell of different files is refused", () => {
  const tree = {
    a: { "": { length: 10, "pieces root": ROOT } },
    b: { c: { "": { length: 20, "pieces root": ROOT } } },
    d: { "": { length: 0 } },
  };
  const pad = (length: number) => ({ attr: "p", length, path: [".pad", `${length}`] });
  const a = { length: 10, path: ["a"] };
  const c = { length: 20, path: ["b", "c"] };
  const d = { length: 0, path: ["d"] };
  const hybrid = (files: readonly Plain[]): Plain => ({
    "file tree": tree,
    "meta version": 2,
    files,
    name: "folder",
    "piece length": KIB16,
    pieces: new Uint8Array(40),
  });
  const whole = [a, pad(KIB16 - 10), c, pad(KIB16 - 20), d];
  assertEquals(parse(hybrid(whole)).files.map(({ offset }) => offset), [0, KIB16, 2 * KIB16]);
  assertEquals(parse(hybrid([a, pad(KIB16 - 10), c, d])).span, KIB16 + 20);
  const table: [readonly Plain[], string][] = [
    [[a, c, d], '"b/c" begins at byte 10 in the v1 part and at 16384 in the v2 part'],
    [[a, pad(2 * KIB16 - 10), c, d], '"b/c" begins at byte 32768 in the v1 part'],
    [[a, pad(KIB16 - 10), c], 'the v2 part has "d", the v1 part ends before it'],
    [[...whole, { length: 0, path: ["e"] }], 'the v1 part has "e", the v2 part ends before it'],
    [[a, pad(KIB16 - 10), { ...c, length: 21 }, d], '"b/c" has 21 bytes in the v1 part and 20'],
    [[a, pad(KIB16 - 10), { ...c, path: ["b", "x"] }, d], '"b/x" where the v2 part has "b/c"'],
    [[a, pad(KIB16 - 10), { ...c, path: ["b/c"] }, d], 'has "b/c" where the v2 part has "b/c"'],
    [[c, pad(KIB16 - 20), a, d], 'has "b/c" where the v2 part has "a"'],
    [[...whole, pad(KIB16)], "padding of more than a piece behind the last file"],
  ];
  for (const [files, why] of table) refused(hybrid(files), "inconsistent", why);
});

Deno.test("a hybrid of one file says the same of it in both parts", () => {
  const v2 = {
    "file tree": { file: { "": { length: 10, "pieces root": ROOT } } },
    "meta version": 2,
  };
  const v1 = { length: 10, name: "file", "piece length": KIB16, pieces: new Uint8Array(20) };
  const info = parse({ ...v2, ...v1 });
  assertEquals([info.single, info.v1 !== undefined, info.v2 !== undefined], [true, true, true]);
  refused(
    { ...v2, ...v1, length: 11 },
    "inconsistent",
    '"file" has 11 bytes in the v1 part and 10',
  );
  refused({ ...v2, ...v1, name: "other" }, "inconsistent", 'the v1 part has "other" where');
  const { length: _length, ...lengthless } = v1;
  refused({ ...v2, ...lengthless }, "bad_metainfo", "info.length is missing");
  const { pieces: _pieces, ...pieceless } = v1;
  refused({ ...v2, ...pieceless }, "bad_metainfo", "info.pieces is missing");
});
