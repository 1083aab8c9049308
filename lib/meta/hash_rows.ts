import { type HashRange, uncleCount } from "./hash_range.ts";
import { HASH_LENGTH, parentHash, parentLayer } from "./merkle_hash.ts";

/** Neighbouring nodes of a tree, 32 bytes each. */
export interface HashRow {
  readonly layer: number;
  /** Where the first of them stands in the layer. */
  readonly index: number;
  readonly hashes: Uint8Array;
}

/**
 * A row that begins with a left node, and the rows above it up to layer `top`; a neighbour that is
 * missing at the right is padding.
 */
export function rowsUp(base: HashRow, top: number): HashRow[] {
  const rows = [base];
  for (let { layer, index, hashes } = base; layer < top; layer++) {
    hashes = parentLayer(hashes, layer);
    index = Math.floor(index / 2);
    rows.push({ layer: layer + 1, index, hashes });
  }
  return rows;
}

/**
 * The rows that the payload of a `hashes` message stands for (BEP 52): the hashes of the range, those
 * above them, and the uncles with what they lead to. The last row is the node that the proof ends at.
 *
 * @param hashes As many as the range says; see `payloadLength`.
 */
export function proofRows(range: HashRange, hashes: Uint8Array): HashRow[] {
  const { baseLayer: layer, index, length } = range;
  const base = { layer, index, hashes: hashes.subarray(0, length * HASH_LENGTH) };
  const rows = rowsUp(base, layer + Math.log2(length));
  let top = rows.at(-1)!;
  for (let uncle = 0; uncle < uncleCount(range); uncle++) {
    const beside = {
      layer: top.layer,
      index: neighbour(top.index),
      hashes: hashAt(hashes, length + uncle),
    };
    const parent = top.index < beside.index
      ? parentHash(top.hashes, beside.hashes)
      : parentHash(beside.hashes, top.hashes);
    top = { layer: top.layer + 1, index: Math.floor(top.index / 2), hashes: parent };
    rows.push(beside, top);
  }
  return rows;
}

/** A view of one of some hashes. */
export function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * HASH_LENGTH, (at + 1) * HASH_LENGTH);
}

/** The node that has the same parent. */
export function neighbour(index: number): number {
  return index % 2 === 0 ? index + 1 : index - 1;
}
