import { createHash } from "node:crypto";
import { equalBytes, toHex } from "../base/bytes.ts";
import { type InfoHash, infoHash, type InfoHashV2, infoHashV2 } from "../base/ids.ts";
import { type Encodable, encodeBencode, MAX_DEPTH, textKey } from "./bencode.ts";
import { MetaError } from "./errors.ts";
import { MAX_PIECES } from "./info.ts";
import { checkFileCount, checkPath, shownPath } from "./listed_file.ts";
import { paddingAfter } from "./padding.ts";
import { PathTree } from "./path_tree.ts";
import { pieceLayerRoot } from "./piece_layer.ts";
import { BLOCK_LENGTH } from "./torrent.ts";
import { compareTreePaths } from "./tree_order.ts";

/** Parts of a path within `MAX_DEPTH`: around them are the torrent, `info`, `file tree` and `""`. */
const MAX_TREE_PARTS = MAX_DEPTH - 4;

/** A file to make a torrent of. */
export interface FileToShare {
  /** Its parts; that of a single file is the torrent's name. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Root of its Merkle tree, 32 bytes; needed from 1 byte up to a piece. */
  readonly root?: Uint8Array;
  /** The hashes of its pieces, 32 bytes each (BEP 52, "piece layers"); needed over a piece. */
  readonly layer?: Uint8Array;
  /** BEP 47, "attr": `x` executable, `h` hidden. */
  readonly attributes?: string;
}

/** All that a hybrid torrent is made of. */
export interface TorrentToBuild {
  readonly name: string;
  /** Whether it is one file by the torrent's name, not a folder of files. */
  readonly single: boolean;
  /** Bytes: a power of two from 16 KiB on. */
  readonly pieceLength: number;
  /** In the order of {@linkcode compareTreePaths}. */
  readonly files: readonly FileToShare[];
  /** SHA-1 of every piece, 20 bytes each, over what {@linkcode paddingAfter} tells. */
  readonly v1Pieces: Uint8Array;
  /** BEP 27: peers come from its trackers alone. It counts for the info-hashes. */
  readonly private?: boolean;
}

/** A hybrid torrent. */
export interface BuiltTorrent {
  /** The info dictionary, bencoded. */
  readonly info: Uint8Array;
  readonly infoHash: InfoHash;
  readonly infoHashV2: InfoHashV2;
  /** As in `Metainfo`. */
  readonly pieceLayers: ReadonlyMap<string, Uint8Array>;
}

/**
 * Builds a hybrid torrent (BEP 52, "Upgrade Path"). The info dictionary is a function of what is
 * given and nothing else: the same names and bytes have the same info-hashes, which are those that
 * libtorrent 2.0 computes for them.
 *
 * Empty folders leave no trace in a torrent, but one that is all there is: a torrent of no files.
 * Torrents of no bytes, with or without files, are for our own peers; libtorrent refuses them.
 *
 * @throws {MetaError} With the fault `local`: `bad_path`, `too_large`.
 * @throws {RangeError} When lengths, hashes and order do not fit together.
 */
export function buildTorrent(torrent: TorrentToBuild): BuiltTorrent {
  const { name, single, pieceLength, files, v1Pieces } = torrent;
  if (pieceLength < BLOCK_LENGTH || !Number.isInteger(Math.log2(pieceLength))) {
    throw new RangeError(`${pieceLength} is no piece length of v2`);
  }
  checkFiles(torrent);
  const span = files.reduce(
    (sum, { length }) => sum + length + paddingAfter(length, pieceLength, files.length),
    0,
  );
  const pieceCount = Math.ceil(span / pieceLength);
  if (pieceCount > MAX_PIECES) throw local("too_large", `it would have ${pieceCount} pieces`);
  if (v1Pieces.length !== 20 * pieceCount) {
    throw new RangeError(`${v1Pieces.length} bytes are not the SHA-1 of ${pieceCount} pieces`);
  }
  const pieceLayers = new Map<string, Uint8Array>();
  const tree = fileTree(torrent, pieceLayers);
  const info = encodeBencode(
    new Map<string, Encodable>([
      ["file tree", tree],
      ...single ? singleFile(files[0]!) : [["files", fileList(torrent)] as const],
      ["meta version", 2],
      ["name", utf8(name)],
      ["piece length", pieceLength],
      ["pieces", v1Pieces],
      ...torrent.private ? [["private", 1] as const] : [],
    ]),
  );
  return {
    info,
    infoHash: infoHash(toHex(createHash("sha1").update(info).digest()))!,
    infoHashV2: infoHashV2(toHex(createHash("sha256").update(info).digest()))!,
    pieceLayers,
  };
}

function checkFiles({ name, single, files }: TorrentToBuild): void {
  if (name === "") throw local("bad_path", "a torrent needs a name");
  const tree = new PathTree();
  try {
    checkFileCount(files.length);
    for (const { path } of files) {
      const parts = path.map(textKey);
      checkPath(parts);
      tree.add(parts);
    }
  } catch (error) {
    if (error instanceof MetaError) throw local(error.code, error.message);
    throw error;
  }
  let last: readonly string[] | undefined;
  for (const { path } of files) {
    const shown = shownPath(path.map(textKey));
    if (path.length > MAX_TREE_PARTS) {
      throw local("bad_path", `${shown} has over ${MAX_TREE_PARTS} parts; move it up`);
    }
    if (path.includes("")) throw local("bad_path", `${shown} has a part without a name`);
    if (last && compareTreePaths(last, path) >= 0) throw new RangeError(`${shown} is out of order`);
    last = path;
  }
  const [only] = files;
  if (single && (files.length !== 1 || only!.path.length > 1 || only!.path[0] !== name)) {
    throw new RangeError("a single file is the only one, by the torrent's name");
  }
}

/** BEP 52, "file tree". */
function fileTree(torrent: TorrentToBuild, pieceLayers: Map<string, Uint8Array>) {
  type Folder = Map<string, Folder | Map<string, Encodable>>;
  const tree: Folder = new Map();
  for (const file of torrent.files) {
    let folder = tree;
    for (const part of file.path.map(textKey)) {
      let next = folder.get(part) as Folder | undefined;
      if (next === undefined) folder.set(part, next = new Map());
      folder = next;
    }
    const root = rootOf(file, torrent.pieceLength);
    folder.set(
      "",
      new Map<string, Encodable>([
        ...attributesOf(file),
        ["length", file.length],
        ...root ? [["pieces root", root] as const] : [],
      ]),
    );
    if (root && file.length > torrent.pieceLength) pieceLayers.set(toHex(root), file.layer!);
  }
  return tree;
}

function rootOf({ path, length, root, layer }: FileToShare, pieceLength: number) {
  if (length === 0) return undefined;
  if (length <= pieceLength) {
    if (root?.length === 32) return root;
    throw new RangeError(`${shownPath(path.map(textKey))} has no root`);
  }
  if (layer?.length !== 32 * Math.ceil(length / pieceLength)) {
    throw new RangeError(`${shownPath(path.map(textKey))} has no piece layer of its length`);
  }
  const proven = pieceLayerRoot(layer, pieceLength);
  if (!root || equalBytes(root, proven)) return proven;
  throw new RangeError(
    `${shownPath(path.map(textKey))} has a root that its layer does not lead to`,
  );
}

/** BEP 3, "files", with the padding files of BEP 47. */
function fileList({ files, pieceLength }: TorrentToBuild): Encodable[] {
  return files.flatMap((file) => {
    const entry = new Map<string, Encodable>([
      ...attributesOf(file),
      ["length", file.length],
      ["path", file.path.map(utf8)],
    ]);
    const padding = paddingAfter(file.length, pieceLength, files.length);
    if (padding === 0) return [entry];
    const pad = new Map<string, Encodable>([
      ["attr", utf8("p")],
      ["length", padding],
      ["path", [utf8(".pad"), utf8(`${padding}`)]],
    ]);
    return [entry, pad];
  });
}

function singleFile(file: FileToShare): [string, Encodable][] {
  return [...attributesOf(file), ["length", file.length]];
}

function attributesOf({ attributes }: FileToShare): [string, Encodable][] {
  const known = [..."hx"].filter((one) => attributes?.includes(one)).join("");
  return known === "" ? [] : [["attr", utf8(known)]];
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function local(code: MetaError["code"], message: string): MetaError {
  return new MetaError(code, message, { fault: "local" });
}
