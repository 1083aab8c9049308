/** Small torrents whose content is at hand. */
import { createHash } from "node:crypto";
import { concatBytes, toHex } from "../../lib/base/bytes.ts";
import { infoHash, infoHashV2 } from "../../lib/base/ids.ts";
import { Layout } from "../../lib/meta/layout.ts";
import { hashBlock, MerkleTree } from "../../lib/meta/merkle.ts";
import { BLOCK_LENGTH, type TorrentFile, type TorrentInfo } from "../../lib/meta/torrent.ts";

export type TorrentVersion = "v1" | "v2" | "hybrid";

/** A torrent, its trees with all hashes known, and its bytes. */
export interface TestTorrent {
  readonly info: TorrentInfo;
  readonly layout: Layout;
  readonly trees: readonly (MerkleTree | undefined)[];
  /** By file. */
  readonly contents: readonly Uint8Array[];
  /** The bytes of a piece that are asked for. */
  piece(piece: number): Uint8Array;
}

/** What a test may want otherwise. */
export interface TestTorrentOptions {
  readonly version?: TorrentVersion;
  readonly pieceLength?: number;
  readonly name?: string;
  /** The only file, by the torrent's name. */
  readonly single?: boolean;
}

/** Makes a torrent of files by path (`a/b`); v1 has no padding, so pieces are shared by files. */
export function torrentOf(
  files: Readonly<Record<string, Uint8Array>>,
  options: TestTorrentOptions = {},
): TestTorrent {
  const { version = "hybrid", pieceLength = 2 * BLOCK_LENGTH, single = false } = options;
  const name = options.name ?? (single ? Object.keys(files)[0]! : "torrent");
  const contents = Object.values(files);
  const trees = contents.map((content) =>
    version === "v1" || content.length === 0 ? undefined : treeOf(content, pieceLength)
  );
  const aligned = version !== "v1" && contents.length > 1;
  let end = 0;
  const list = Object.entries(files).map(([path, { length }], file): TorrentFile => {
    const offset = end;
    end += aligned ? Math.ceil(length / pieceLength) * pieceLength : length;
    const root = trees[file]?.root;
    return { path: path.split("/"), length, offset, attributes: "", ...root ? { root } : {} };
  });
  const last = list.findLast(({ length }) => length > 0);
  const span = version === "v2" ? (last ? last.offset + last.length : 0) : end;
  const pieceCount = Math.ceil(span / pieceLength);
  const space = new Uint8Array(Math.max(span, end));
  list.forEach(({ offset }, file) => space.set(contents[file]!, offset));
  const id = toHex(createHash("sha256").update(concatBytes([space, utf8(name)])).digest());
  const info: TorrentInfo = {
    bytes: utf8(id),
    name,
    single,
    pieceLength,
    pieceCount,
    size: contents.reduce((sum, { length }) => sum + length, 0),
    span,
    files: list,
    private: false,
    ...version === "v2" ? {} : {
      v1: {
        infoHash: infoHash(id.slice(0, 40))!,
        pieces: sha1s(space.subarray(0, span), pieceLength),
      },
    },
    ...version === "v1" ? {} : { v2: { infoHash: infoHashV2(id)! } },
  };
  const layout = new Layout(info);
  return {
    info,
    layout,
    trees,
    contents,
    piece: (piece) => space.slice(piece * pieceLength).subarray(0, layout.dataLength(piece)),
  };
}

/** The blocks of a piece as peers send them. */
export function* blocksOf(
  torrent: TestTorrent,
  piece: number,
): Generator<{ begin: number; data: Uint8Array }> {
  const data = torrent.piece(piece);
  for (let begin = 0; begin < data.length; begin += BLOCK_LENGTH) {
    yield { begin, data: data.subarray(begin, begin + BLOCK_LENGTH) };
  }
}

function treeOf(content: Uint8Array, pieceLength: number): MerkleTree {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += BLOCK_LENGTH) {
    leaves.push(hashBlock(content.subarray(at, at + BLOCK_LENGTH)));
  }
  return MerkleTree.fromLeaves(concatBytes(leaves), pieceLength, content.length);
}

function sha1s(space: Uint8Array, pieceLength: number): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < space.length; at += pieceLength) {
    hashes.push(createHash("sha1").update(space.subarray(at, at + pieceLength)).digest());
  }
  return concatBytes(hashes);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
