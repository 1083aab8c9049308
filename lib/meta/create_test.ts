import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { type SourceFile, toBuild } from "../../tests/vectors/torrent_content.ts";
import { buildTorrent, type TorrentToBuild } from "./create.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";
import { parseInfo } from "./info.ts";
import { parseMetainfo } from "./metainfo.ts";
import { encodeMetainfo } from "./metainfo_writer.ts";

const PIECE = 16_384;
const file = (path: string, length: number, seed = 1): SourceFile => ({
  path: path.split("/"),
  length,
  seed,
});
const folder = (...files: SourceFile[]) => toBuild("folder", false, PIECE, files);

function refused(torrent: TorrentToBuild, code: MetaErrorCode, why: string) {
  const error = assertThrows(() => buildTorrent(torrent), MetaError, why);
  assertEquals([error.code, error.fault], [code, "local"]);
}

Deno.test("buildTorrent: the same content has the same info-hashes, in whatever order it was found", () => {
  const files = [file("b", 40_000), file("a/c", 5), file("a b", 0), file("é", PIECE)];
  const one = buildTorrent(folder(...files));
  const other = buildTorrent(folder(...files.toReversed()));
  assertEquals(one, other);
  const info = parseInfo(one.info);
  assertEquals(info.files.map(({ path }) => path.join("/")), ["a/c", "a b", "b", "é"]);
  assertEquals([info.v1!.infoHash, info.v2!.infoHash], [one.infoHash, one.infoHashV2]);
});

Deno.test("buildTorrent: names, bytes, piece length and privacy are all that counts", () => {
  const hash = (torrent: TorrentToBuild) => buildTorrent(torrent).infoHashV2;
  const base = toBuild("n", true, PIECE, [file("n", 100)]);
  const hashes = new Set([
    hash(base),
    hash(toBuild("m", true, PIECE, [file("m", 100)])),
    hash(toBuild("n", true, PIECE, [file("n", 101)])),
    hash(toBuild("n", true, PIECE, [file("n", 100, 2)])),
    hash(toBuild("n", true, 2 * PIECE, [file("n", 100)])),
    hash(toBuild("n", false, PIECE, [file("n", 100)])),
    hash(toBuild("n", true, PIECE, [{ ...file("n", 100), attributes: "x" }])),
    hash({ ...base, private: true }),
  ]);
  assertEquals(hashes.size, 8);
  assertEquals(hash({ ...base, private: false }), hash(base));
  assertEquals(parseInfo(buildTorrent({ ...base, private: true }).info).private, true);
  const odd = { ...file("n", 100), attributes: "lp?" };
  assertEquals(
    hash(toBuild("n", true, PIECE, [odd])),
    hash(base),
    "unknown attributes leave no trace",
  );
});

Deno.test("buildTorrent: what is built can be read, whatever the sizes", () => {
  const sizes = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 100_000];
  for (const pieceLength of [PIECE, 4 * PIECE]) {
    for (const first of sizes) {
      for (const second of sizes) {
        const files = [file("a", first), file("b", second, 2)];
        const built = buildTorrent(toBuild("f", false, pieceLength, files));
        const { info, pieceLayers } = parseMetainfo(encodeMetainfo(built));
        assertEquals(info.files.map(({ length }) => length), [first, second]);
        assertEquals(pieceLayers, built.pieceLayers);
        assertEquals(info.v1!.infoHash, built.infoHash);
      }
    }
  }
});

Deno.test("buildTorrent: a folder of nothing is a torrent of no files", () => {
  const built = buildTorrent(folder());
  const { info } = parseMetainfo(encodeMetainfo(built));
  assertEquals([info.files, info.single, info.size, info.pieceCount], [[], false, 0, 0]);
  assertEquals([info.v1?.infoHash, info.v2?.infoHash], [built.infoHash, built.infoHashV2]);
});

Deno.test("buildTorrent: what can't be shared", () => {
  refused({ ...folder(file("a", 1)), name: "" }, "bad_path", "needs a name");
  refused(folder(file("a//b", 1)), "bad_path", "a part without a name");
  refused(folder({ ...file("", 1), path: [] }), "bad_path", "has no parts");
  refused(folder(file("a", 1), file("a", 1)), "bad_path", '"a" is there twice');
  refused(folder(file("a", 1), file("a/b", 1)), "bad_path", '"a/b" needs a folder');
  refused(folder(file("d/".repeat(28) + "f", 1)), "bad_path", "has over 28 parts; move it up");
  refused(folder(file("n".repeat(5_000), 1)), "bad_path", "4096 are the most");
  const deepest = buildTorrent(folder(file("d/".repeat(27) + "f", 1)));
  assertEquals(parseMetainfo(encodeMetainfo(deepest)).info.files[0]!.path.length, 28);
  const huge = { ...folder(file("a", 1)), files: [{ path: ["a"], length: 2 ** 36 }] };
  refused(huge, "too_large", "it would have 4194304 pieces");
});

Deno.test("buildTorrent: hashes that do not fit the files are a mistake of the caller", () => {
  const one = folder(file("a", 10), file("b", 40_000));
  const [a, b] = [one.files[0]!, one.files[1]!];
  const wrong = (changes: Partial<TorrentToBuild>, why: string) =>
    assertThrows(() => buildTorrent({ ...one, ...changes }), RangeError, why);
  wrong({ pieceLength: 20_000 }, "no piece length");
  wrong({ pieceLength: 8_192 }, "no piece length");
  wrong({ v1Pieces: one.v1Pieces.subarray(20) }, "not the SHA-1 of 4 pieces");
  wrong({ files: [b, a] }, "out of order");
  wrong({ files: [{ path: a.path, length: 10 }, b] }, '"a" has no root');
  wrong({ files: [a, { path: b.path, length: b.length, root: b.root! }] }, "no piece layer");
  wrong({ files: [a, { ...b, layer: b.layer!.subarray(32) }] }, "no piece layer");
  wrong({ files: [a, { ...b, root: a.root! }] }, "has a root that its layer does not lead to");
  wrong({ single: true }, "a single file");
  const single = toBuild("n", true, PIECE, [file("n", 1)]);
  assertThrows(() => buildTorrent({ ...single, name: "m" }), RangeError, "a single file");
});
