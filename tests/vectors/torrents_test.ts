/** Torrents that libtorrent made (scripts/vectors/make_torrents.py): read, and made again. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { fromHex, toHex } from "../../lib/base/bytes.ts";
import { buildTorrent } from "../../lib/meta/create.ts";
import { parseInfo } from "../../lib/meta/info.ts";
import { Layout } from "../../lib/meta/layout.ts";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { encodeMetainfo } from "../../lib/meta/metainfo_writer.ts";
import { content, sha1Pieces, toBuild, treeOf } from "./torrent_content.ts";
import recorded from "./torrents.json" with { type: "json" };

interface Vector {
  readonly title: string;
  readonly kind: string;
  readonly name: string;
  readonly single: boolean;
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Path, length, seed and attributes. */
  readonly files: readonly (readonly [string, number, number, string])[];
  /** Path as libtorrent stores it, and offset, in its order. */
  readonly listed: readonly (readonly [string, number])[];
  readonly infoHash: string | null;
  readonly infoHashV2: string | null;
  readonly torrent: string;
}

const VECTORS = recorded.torrents as unknown as readonly Vector[];

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const sources = ({ files }: Vector) =>
  files.map(([path, length, seed, attributes]) => ({
    path: path.split("/"),
    length,
    seed,
    attributes,
  }));

Deno.test("vectors: every kind of torrent is there", () => {
  const kinds = new Set(VECTORS.map(({ kind }) => kind));
  assertEquals(kinds.size, 5);
  assert(VECTORS.length > 50);
});

for (const vector of VECTORS) {
  Deno.test(`vectors: ${vector.title}: read as libtorrent reads it`, () => {
    const { info, trackers, pieceLayers } = parseMetainfo(bytesOf(vector.torrent));
    assertEquals(info.v1?.infoHash ?? null, vector.infoHash);
    assertEquals(info.v2?.infoHash ?? null, vector.infoHashV2);
    assertEquals(info.name, vector.name);
    assertEquals(info.pieceLength, vector.pieceLength);
    assertEquals(info.pieceCount, vector.pieceCount);
    assertEquals(info.size, vector.files.reduce((sum, [, length]) => sum + length, 0));
    assertEquals(info.private, false);
    assertEquals(trackers, [["http://tracker.example/announce"]]);
    assertEquals(new Layout(info).pieceCount, vector.pieceCount);

    // A v2-only torrent of one file does not tell whether there was a folder around it.
    const single = vector.single || (vector.kind === "v2" && vector.files.length === 1);
    assertEquals(info.single, single);
    const prefix = single ? "" : `${vector.name}/`;
    assertEquals(
      info.files.map(({ path }) => prefix + path.join("/")),
      vector.listed.map(([p]) => p),
    );
    for (const [index, file] of info.files.entries()) {
      const path = file.path.join("/");
      const [, length, seed, attributes] = vector.files.find(([told]) => told === path)!;
      assertEquals([file.length, file.attributes], [length, attributes]);
      if (length > 0) assertEquals(file.offset, vector.listed[index]![1], path);
      if (!info.v2 || length === 0) {
        assertEquals(file.root, undefined);
        continue;
      }
      const { root, layer } = treeOf(content(length, seed), info.pieceLength);
      assertEquals(toHex(file.root!), toHex(root));
      assertEquals(pieceLayers.get(toHex(root)), length > info.pieceLength ? layer : undefined);
    }
    assertEquals(parseInfo(info.bytes), info);
  });

  if (vector.kind === "v2") continue;
  Deno.test(`vectors: ${vector.title}: the pieces of v1 are those of the files and their padding`, () => {
    const { info } = parseMetainfo(bytesOf(vector.torrent));
    const space = new Uint8Array(info.span);
    for (const { path, length, offset } of info.files) {
      const [, , seed] = vector.files.find(([told]) => told === path.join("/"))!;
      space.set(content(length, seed), offset);
    }
    assertEquals(toHex(info.v1!.pieces), toHex(sha1Pieces(space, info.pieceLength)));
  });

  if (vector.kind !== "hybrid") continue;
  Deno.test(`vectors: ${vector.title}: made again byte for byte`, () => {
    const { name, single, pieceLength } = vector;
    const built = buildTorrent(toBuild(name, single, pieceLength, sources(vector)));
    assertEquals(built.infoHash as string, vector.infoHash);
    assertEquals(built.infoHashV2 as string, vector.infoHashV2);
    const trackers = [["http://tracker.example/announce"]];
    assertEquals(encodeMetainfo(built, { trackers }), bytesOf(vector.torrent));
  });
}

Deno.test("vectors: an empty file alone is a torrent; libtorrent makes and takes none", () => {
  const built = buildTorrent(
    toBuild("empty", true, 16_384, [{ path: ["empty"], length: 0, seed: 1 }]),
  );
  const expected =
    "d9:file treed5:emptyd0:d6:lengthi0eeee6:lengthi0e12:meta versioni2e4:name5:empty" +
    "12:piece lengthi16384e6:pieces0:e";
  assertEquals(new TextDecoder().decode(built.info), expected);
  const { info, pieceLayers } = parseMetainfo(encodeMetainfo(built));
  assertEquals([info.pieceCount, info.size, info.span, pieceLayers.size], [0, 0, 0, 0]);
  assertEquals(info.files, [{ path: ["empty"], length: 0, offset: 0, attributes: "" }]);
  assertEquals(info.v1, { infoHash: built.infoHash, pieces: new Uint8Array(0) });
  assertEquals(fromHex(info.v2!.infoHash)!.length, 32);
});
