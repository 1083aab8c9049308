import { fromHex } from "../base/bytes.ts";
import { type Encodable, encodeBencode, Encoded, toKey } from "./bencode.ts";

/** What a `.torrent` file is about; a `BuiltTorrent` is one. */
export interface TorrentToWrite {
  /** The info dictionary as it is, bencoded. */
  readonly info: Uint8Array;
  /** As in `Metainfo`; absent for a torrent that is v1 only. */
  readonly pieceLayers?: ReadonlyMap<string, Uint8Array>;
}

/** What a `.torrent` file says beside its content. */
export interface MetainfoOptions {
  /** By tier (BEP 12). */
  readonly trackers?: readonly (readonly string[])[];
  /** BEP 19. */
  readonly webSeeds?: readonly string[];
  readonly comment?: string;
  readonly createdBy?: string;
}

/**
 * Writes a `.torrent` file (BEP 3, "metainfo files"; BEP 12; BEP 19; BEP 52). It says nothing of the
 * time; the same input gives the same bytes.
 *
 * @throws {RangeError} When a root of the piece layers is not in hex.
 */
export function encodeMetainfo(torrent: TorrentToWrite, options: MetainfoOptions = {}): Uint8Array {
  const { webSeeds = [], comment, createdBy } = options;
  const tiers = (options.trackers ?? []).filter((tier) => tier.length > 0);
  const trackers = tiers.flat();
  const entries = new Map<string, Encodable>([["info", new Encoded(torrent.info)]]);
  if (trackers.length > 0) entries.set("announce", utf8(trackers[0]!));
  if (trackers.length > 1) entries.set("announce-list", tiers.map((tier) => tier.map(utf8)));
  if (comment !== undefined) entries.set("comment", utf8(comment));
  if (createdBy !== undefined) entries.set("created by", utf8(createdBy));
  if (torrent.pieceLayers) entries.set("piece layers", layersOf(torrent.pieceLayers));
  if (webSeeds.length > 0) entries.set("url-list", webSeeds.map(utf8));
  return encodeBencode(entries);
}

function layersOf(layers: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  for (const [hex, layer] of layers) {
    const root = fromHex(hex);
    if (root?.length !== 32) throw new RangeError(`${hex} is no root in hex`);
    entries.set(toKey(root), layer);
  }
  return entries;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
