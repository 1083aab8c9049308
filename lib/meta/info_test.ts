import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { type Plain, plain } from "../../tests/vectors/torrent_content.ts";
import { printable } from "../base/printable.ts";
import { encodeBencode } from "./bencode.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";
import { parseInfo } from "./info.ts";

const KIB16 = 16_384;
const ROOT = new Uint8Array(32).fill(7);
const parse = (info: Plain) => parseInfo(encodeBencode(plain(info)));

/** As many SHA-1 hashes as there are pieces. */
const pieces = (count: number) => new Uint8Array(20 * count).fill(9);

const V1: Record<string, Plain> = {
  length: 40_000,
  name: "file",
  "piece length": KIB16,
  pieces: pieces(3),
};
const V2: Record<string, Plain> = {
  "file tree": { file: { "": { length: 40_000, "pieces root": ROOT } } },
  "meta version": 2,
  name: "file",
  "piece length": KIB16,
};

/** The dictionary of a v1 torrent of several files. */
function folder(files: Plain, count = 1): Plain {
  return { files, name: "folder", "piece length": KIB16, pieces: pieces(count) };
}

function without(info: Record<string, Plain>, ...keys: string[]): Record<string, Plain> {
  return Object.fromEntries(Object.entries(info).filter(([key]) => !keys.includes(key)));
}

function refused(info: Plain, code: MetaErrorCode, why: string) {
  const error = assertThrows(() => parse(info), MetaError, why);
  assertEquals([error.code, error.fault], [code, "remote"]);
  assertEquals(printable(error.message), error.message, "safe to print");
}

Deno.test("parseInfo: one file of v1", () => {
  const info = parse({ ...V1, attr: "xz", private: 1 });
  assertEquals(info.files, [{ path: ["file"], length: 40_000, offset: 0, attributes: "x" }]);
  assertEquals([info.single, info.private, info.pieceCount, info.span], [true, true, 3, 40_000]);
  assertEquals([info.v1!.pieces, info.v2], [pieces(3), undefined]);
  assertEquals(parse({ ...V1, private: 0 }).private, false);
  assertEquals(parse({ ...V1, private: "1" }).private, false);
});

Deno.test("parseInfo: padding files are left out and keep their room (BEP 47)", () => {
  const info = parse(folder([
    { length: 10, path: ["a"] },
    { attr: "p", length: KIB16 - 10, path: [".pad", "16374"] },
    { length: 5, path: ["b"] },
    { attr: "xp", length: 3 },
    { length: 0, path: ["c", "d"] },
    { length: 7, path: ["c", "e"], attr: "hqx" },
    { attr: "p", length: 100, path: [".pad", "100"] },
  ], 2));
  assertEquals(info.files.map(({ path, offset, attributes }) => [path, offset, attributes]), [
    [["a"], 0, ""],
    [["b"], KIB16, ""],
    [["c", "d"], KIB16 + 8, ""],
    [["c", "e"], KIB16 + 8, "hx"],
  ]);
  assertEquals([info.size, info.span, info.single], [22, KIB16 + 115, false]);
});

Deno.test("parseInfo: names that are no UTF-8", () => {
  const bytes = Uint8Array.of(0x61, 0xe9);
  assertEquals(parse({ ...V1, name: bytes }).name, "a\ufffd");
  assertEquals(parse({ ...V1, name: bytes, "name.utf-8": "aé" }).name, "aé");
  assertEquals(parse({ ...V1, name: bytes, "name.utf-8": bytes }).name, "a\ufffd");
  assertEquals(parse({ ...V1, name: "good", "name.utf-8": "other" }).name, "good");
  const paths = (file: Record<string, Plain>) =>
    parse(folder([{ length: 1, ...file }])).files.map(({ path }) => path);
  assertEquals(paths({ path: ["d", bytes], "path.utf-8": ["d", "aé"] }), [["d", "aé"]]);
  assertEquals(paths({ path: ["d", bytes], "path.utf-8": [] }), [["d", "a\ufffd"]]);
  assertEquals(paths({ path: ["d", bytes] }), [["d", "a\ufffd"]]);
});

Deno.test("parseInfo: paths that can be mapped are not refused here", () => {
  const odd = [["..", "x"], ["."], ["", ""], ["/etc/passwd"], ["C:\\x"], ["CON"], ["a\u202eb\n"]];
  const info = parse(folder(odd.map((path) => ({ length: 1, path }))));
  assertEquals(info.files.map(({ path }) => path), odd);
  assertEquals(parse({ ...V1, name: ".." }).name, "..");
});

Deno.test("parseInfo: v1 that is malformed", () => {
  const table: [Plain, MetaErrorCode, string][] = [
    ["text", "bad_metainfo", "info is no dictionary"],
    [without(V1, "name"), "bad_metainfo", "info.name is missing"],
    [{ ...V1, name: 5 }, "bad_metainfo", "info.name is no byte string"],
    [{ ...V1, name: "" }, "bad_metainfo", "info.name is empty"],
    [without(V1, "piece length"), "bad_metainfo", "info.piece length is missing"],
    [{ ...V1, "piece length": 0 }, "bad_metainfo", "from 1 to 536870912"],
    [{ ...V1, "piece length": -16384 }, "bad_metainfo", "from 1 to 536870912"],
    [{ ...V1, "piece length": 2 ** 29 + 1 }, "bad_metainfo", "from 1 to 536870912"],
    [{ ...V1, "piece length": "16384" }, "bad_metainfo", "is no whole number"],
    [without(V1, "length"), "bad_metainfo", "info.length is missing"],
    [{ ...V1, length: -1 }, "bad_metainfo", "info.length is no whole number from 0 on"],
    [{ ...V1, files: [] }, "bad_metainfo", "info.length is there beside files"],
    [without(V1, "pieces"), "bad_metainfo", "info.pieces is missing"],
    [{ ...V1, pieces: [] }, "bad_metainfo", "info.pieces is no byte string"],
    [{ ...V1, pieces: pieces(2) }, "bad_metainfo", "has 40 bytes instead of 60 for 3 pieces"],
    [{ ...V1, pieces: pieces(4) }, "bad_metainfo", "has 80 bytes instead of 60 for 3 pieces"],
    [{ ...V1, pieces: new Uint8Array(59) }, "bad_metainfo", "has 59 bytes"],
    [{ ...V1, length: 2 ** 21 * KIB16 + 1 }, "too_large", "it has 2097153 pieces"],
    [{ ...V1, attr: "p" }, "empty", "there is no file"],
    [{ ...V1, attr: "l" }, "symlink", "info.attr makes it a symlink"],
    [{ ...V1, name: "n".repeat(4_097) }, "bad_path", "4097 bytes; 4096 are the most"],
    [{ ...V1, "file tree": {} }, "bad_metainfo", "info.meta version is missing"],
    [{ ...V1, "meta version": 3 }, "unsupported", "info.meta version is 3"],
    [{ ...V1, "meta version": 1 }, "unsupported", "info.meta version is 1"],
    [{ ...V1, "meta version": "2" }, "bad_metainfo", "info.meta version is no whole number"],
    [folder("x"), "bad_metainfo", "info.files is no list"],
    [folder({}), "bad_metainfo", "info.files is no list"],
    [folder([]), "empty", "there is no file in the torrent"],
    [folder([{ attr: "p", length: 5 }]), "empty", "there is no file in the torrent"],
    [folder([3]), "bad_metainfo", "info.files[0] is no dictionary"],
    [folder([{ path: ["a"] }]), "bad_metainfo", "info.files[0].length is missing"],
    [folder([{ length: 1 }]), "bad_metainfo", "info.files[0].path is missing"],
    [folder([{ length: 1, path: "a" }]), "bad_metainfo", "info.files[0].path is no list"],
    [folder([{ length: 1, path: [1] }]), "bad_metainfo", "path is no list of byte strings"],
    [folder([{ length: 1, path: [] }]), "bad_path", "has no parts"],
    [folder([{ path: ["a"], attr: "xl" }]), "symlink", 'info.files[0].attr makes "a" a symlink'],
  ];
  for (const [info, code, why] of table) refused(info, code, why);
});

Deno.test("parseInfo: paths that can't be there together", () => {
  const files = (...paths: string[]) =>
    folder(paths.map((path) => ({ length: 1, path: path.split("/") })));
  refused(files("a", "b", "a"), "bad_path", '"a" is there twice');
  refused(files("x/y", "x/y"), "bad_path", '"x/y" is there twice');
  refused(files("x/y", "x"), "bad_path", '"x" is a file and a folder');
  refused(files("x", "x/y/z"), "bad_path", '"x/y/z" needs a folder where a file is: "x"');
  refused(files("\u001b[2J", "\u001b[2J"), "bad_path", '"\\u{1b}[2J" is there twice');
  assertEquals(parse(files("a", "A", "a ", "x/a", "x/b/a")).files.length, 5);
});

Deno.test("parseInfo: paths at the limits", () => {
  const path = (...parts: string[]) => folder([{ length: 1, path: parts }]);
  assertEquals(parse(path(...Array<string>(100).fill("p"))).files[0]!.path.length, 100);
  refused(path(...Array<string>(101).fill("p")), "bad_path", "has more than 100 parts");
  assertEquals(parse(path("a".repeat(2_000), "b".repeat(2_095))).files.length, 1);
  refused(path("a".repeat(2_000), "b".repeat(2_096)), "bad_path", "4097 bytes");
  refused(path("é".repeat(2_049)), "bad_path", "4098 bytes");
});

Deno.test("parseInfo: sizes that numbers can't tell are refused", () => {
  const huge = { length: 2 ** 52, path: ["a"] };
  const list = folder([huge, { ...huge, path: ["b"] }, { ...huge, path: ["c"] }]);
  refused(list, "too_large", "larger than 2^53 bytes");
  const text = "d6:lengthi9007199254740992e4:name1:n12:piece lengthi16384e6:pieces0:e";
  const error = assertThrows(() => parseInfo(new TextEncoder().encode(text)), MetaError);
  assertEquals(error.message, "info.length is no whole number from 0 on");
});

Deno.test("parseInfo: v2", () => {
  const tree = {
    a: { "": { length: 0 } },
    b: { c: { "": { length: 5, "pieces root": ROOT, attr: "x" } }, d: {} },
    e: { "": { length: KIB16 + 1, "pieces root": ROOT } },
    f: { "": { length: 0, "pieces root": "" } },
  };
  const info = parse({ ...V2, "file tree": tree });
  assertEquals(info.files, [
    { path: ["a"], length: 0, offset: 0, attributes: "" },
    { path: ["b", "c"], length: 5, offset: 0, attributes: "x", root: ROOT },
    { path: ["e"], length: KIB16 + 1, offset: KIB16, attributes: "", root: ROOT },
    { path: ["f"], length: 0, offset: 2 * KIB16 + 1, attributes: "" },
  ]);
  assertEquals([info.pieceCount, info.span, info.single], [3, 2 * KIB16 + 1, false]);
  assertEquals([info.v1, info.v2!.infoHash.length], [undefined, 64]);
  assertEquals(parse(V2).single, true);
});

Deno.test("parseInfo: v2 that is malformed", () => {
  const file = (entries: Plain): Plain => ({ ...V2, "file tree": { f: { "": entries } } });
  const root = { length: 5, "pieces root": ROOT };
  const at = 'info.file tree.f."".';
  const table: [Plain, MetaErrorCode, string][] = [
    [without(V2, "file tree"), "bad_metainfo", "info.file tree is missing"],
    [{ ...V2, "file tree": [] }, "bad_metainfo", "info.file tree is no dictionary"],
    [{ ...V2, "file tree": {} }, "empty", "there is no file"],
    [{ ...V2, "file tree": { d: {} } }, "empty", "there is no file"],
    [{ ...V2, "file tree": { "": root } }, "bad_metainfo", "info.file tree is a file itself"],
    [{ ...V2, "file tree": { f: 1 } }, "bad_metainfo", "info.file tree.f is no dictionary"],
    [{ ...V2, "file tree": { f: { "": root, g: {} } } }, "bad_path", '"f" is a file and a folder'],
    [file("x"), "bad_metainfo", 'info.file tree.f."" is no dictionary'],
    [file({}), "bad_metainfo", `${at}length is missing`],
    [file({ ...root, length: -1 }), "bad_metainfo", `${at}length is no whole number`],
    [file({ length: 5 }), "bad_metainfo", `${at}pieces root is missing`],
    [file({ ...root, "pieces root": "short" }), "bad_metainfo", "is not of 32 bytes"],
    [file({ ...root, "pieces root": new Uint8Array(32) }), "bad_metainfo", "but zeros"],
    [file({ ...root, attr: "p" }), "bad_metainfo", `${at}attr makes it padding`],
    [file({ ...root, attr: "l" }), "symlink", `${at}attr makes it a symlink`],
    [file({ ...root, length: 2 ** 36 }), "too_large", "it has 4194304 pieces"],
    [{ ...V2, "piece length": 8_192 }, "bad_metainfo", "no power of two from 16384 on"],
    [{ ...V2, "piece length": 32_767 }, "bad_metainfo", "no power of two from 16384 on"],
    [{ ...V2, "piece length": 3 * KIB16 }, "bad_metainfo", "no power of two from 16384 on"],
    [{ ...V2, "piece length": 2 ** 31 - 1 }, "bad_metainfo", "from 1 to 536870912"],
  ];
  for (const [info, code, why] of table) refused(info, code, why);
  const key = "k".repeat(4_097);
  refused({ ...V2, "file tree": { [key]: { "": root } } }, "bad_path", "4097 bytes");
});

Deno.test("parseInfo: a tree as deep as a torrent can hold, and one part more", () => {
  const nested = (depth: number): Plain =>
    depth === 0 ? { "": { length: 0 } } : { d: nested(depth - 1) };
  assertEquals(parse({ ...V2, "file tree": nested(28) }).files[0]!.path.length, 28);
  refused({ ...V2, "file tree": nested(29) }, "too_large", "levels");
});

Deno.test("parseInfo: too many bytes, and bytes that are none of ours", () => {
  const error = assertThrows(() => parseInfo(new Uint8Array(30 * 1024 * 1024 + 1)), MetaError);
  assertEquals(error.code, "too_large");
  const bytes = encodeBencode(plain(V1));
  const info = parseInfo(bytes);
  const before = info.v1!.infoHash;
  bytes.fill(0);
  assertEquals(parseInfo(info.bytes).v1!.infoHash, before, "it keeps a copy");
});
