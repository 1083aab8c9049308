import { layerRoot } from "./merkle.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

/**
 * The root of a file's Merkle tree from the hashes of its pieces, padded to a power of two with the
 * hashes of pieces whose leaves are all zeros (BEP 52, "piece layers").
 *
 * @param layer The hashes, 32 bytes each, at least one.
 * @param pieceLength Bytes, a power of two from 16 KiB on.
 * @returns 32 bytes.
 * @throws {RangeError} When there are no hashes, a part of one, or the piece length is none.
 */
export function pieceLayerRoot(layer: Uint8Array, pieceLength: number): Uint8Array {
  return layerRoot(layer, Math.log2(pieceLength / BLOCK_LENGTH));
}
