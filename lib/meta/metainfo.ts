import { equalBytes, toHex } from "../base/bytes.ts";
import { type Bencode, decodeBencode, MAX_DEPTH, textKey, toKey } from "./bencode.ts";
import { MetaError } from "./errors.ts";
import { Fields, textOf } from "./fields.ts";
import { readInfo } from "./info.ts";
import { shownPath } from "./listed_file.ts";
import { pieceLayerRoot } from "./piece_layer.ts";
import type { Metainfo, TorrentInfo } from "./torrent.ts";

/** The most bytes of a `.torrent` file. */
export const MAX_TORRENT = 10 * 1024 * 1024;

/** Trackers, and likewise web seeds, that are kept of a torrent, and characters of their URLs. */
const MAX_URLS = 256;
const MAX_URL = 2_048;

/** Bytes of a SHA-256. */
const HASH = 32;

/**
 * Reads a `.torrent` file (BEP 3, "metainfo files"; BEP 12; BEP 19; BEP 52). Of what is not needed for
 * the content (trackers, web seeds, comments) malformed entries are passed over.
 *
 * @param bytes At most 10 MiB; what is returned is made of a copy.
 * @throws {MetaError} When it is malformed, over a limit, contradicts itself, or a piece layer is
 * missing or does not lead to its root.
 */
export function parseMetainfo(bytes: Uint8Array): Metainfo {
  if (bytes.length > MAX_TORRENT) {
    throw new MetaError("too_large", `it has ${bytes.length} bytes; ${MAX_TORRENT} are the most`);
  }
  const { value, encoded } = decodeBencode(bytes.slice(), { maxDepth: MAX_DEPTH });
  const torrent = Fields.of(value, () => "");
  const info = readInfo(torrent.dict("info"), encoded.get("info")!);
  const comment = torrent.text("comment.utf-8") ?? torrent.text("comment");
  const createdBy = torrent.text("created by.utf-8") ?? torrent.text("created by");
  return {
    info,
    pieceLayers: info.v2 ? readPieceLayers(torrent, info) : new Map(),
    trackers: readTrackers(torrent),
    webSeeds: urlsIn(torrent.entries.get("url-list"), new Set()),
    ...comment !== undefined && { comment },
    ...createdBy !== undefined && { createdBy },
  };
}

function readPieceLayers(torrent: Fields, info: TorrentInfo): Map<string, Uint8Array> {
  const layers = torrent.dict("piece layers");
  const proven = new Map<string, Uint8Array>();
  const roots = new Set<string>();
  for (const { path, length, root } of info.files) {
    if (root === undefined) continue;
    const key = toKey(root);
    roots.add(key);
    if (length <= info.pieceLength) continue;
    const layer = layers.entries.get(key);
    const count = Math.ceil(length / info.pieceLength);
    if (!(layer instanceof Uint8Array) || layer.length !== HASH * count) {
      const is = layer === undefined ? "is missing" : `is not ${count} hashes of ${HASH} bytes`;
      throw bad(`that of ${shownPath(path.map(textKey))} ${is}`);
    }
    if (proven.has(toHex(root))) continue;
    if (!equalBytes(pieceLayerRoot(layer, info.pieceLength), root)) {
      throw bad(`that of ${shownPath(path.map(textKey))} does not lead to its root`);
    }
    proven.set(toHex(root), layer);
  }
  for (const key of layers.entries.keys()) {
    if (!roots.has(key)) throw bad("there is one of a root that no file has");
  }
  return proven;
}

function bad(why: string): MetaError {
  return new MetaError("bad_piece_layer", `the piece layers do not fit the files: ${why}`);
}

/** BEP 12: "announce-list" counts, and "announce" only when there is no tracker in it. */
function readTrackers(torrent: Fields): string[][] {
  const seen = new Set<string>();
  const tiers = torrent.entries.get("announce-list");
  const trackers = (Array.isArray(tiers) ? tiers : [])
    .map((tier) => urlsIn(tier, seen))
    .filter((tier) => tier.length > 0);
  if (trackers.length > 0) return trackers;
  const only = urlsIn(torrent.entries.get("announce"), seen);
  return only.length > 0 ? [only] : [];
}

/** URLs of a byte string or a list of such, each once. */
function urlsIn(value: Bencode | undefined, seen: Set<string>): string[] {
  const urls: string[] = [];
  for (const one of Array.isArray(value) ? value as readonly Bencode[] : [value]) {
    const url = textOf(one)?.trim() ?? "";
    if (url === "" || url.length > MAX_URL || seen.has(url) || seen.size === MAX_URLS) continue;
    seen.add(url);
    urls.push(url);
  }
  return urls;
}
