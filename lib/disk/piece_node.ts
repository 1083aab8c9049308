import { layerRoot, parentLayer } from "../meta/merkle_hash.ts";
import { BLANK_LEAF } from "./zeros.ts";

/** The root over blocks of zeros, for as many as were asked for last. */
let hole: { readonly width: number; readonly root: Uint8Array } = {
  width: -1,
  root: new Uint8Array(0),
};

/**
 * The node over the hashes of a piece's blocks.
 *
 * @param width Blocks of a whole piece; 0 for a file of one piece, which is padded to a power of two.
 */
export function nodeOver(leaves: Uint8Array, width: number): Uint8Array {
  return width > 0 ? pieceRoot(leaves, width) : layerRoot(leaves, 0);
}

/** The hash of a piece of a file of many, over the hashes of its blocks (BEP 52, "piece layers"). */
function pieceRoot(leaves: Uint8Array, width: number): Uint8Array {
  if (leaves.length === 32 * width && isHole(leaves)) return holeRoot(width);
  return rootOver(leaves, width);
}

/** What pieces of holes have for a root is computed once. */
function holeRoot(width: number): Uint8Array {
  if (hole.width !== width) hole = { width, root: rootOver(holeLeaves(width), width) };
  return hole.root.slice();
}

function holeLeaves(width: number): Uint8Array {
  const leaves = new Uint8Array(32 * width);
  for (let at = 0; at < leaves.length; at += 32) leaves.set(BLANK_LEAF, at);
  return leaves;
}

function isHole(leaves: Uint8Array): boolean {
  for (let at = 0; at < leaves.length; at++) if (leaves[at] !== BLANK_LEAF[at % 32]) return false;
  return true;
}

function rootOver(leaves: Uint8Array, width: number): Uint8Array {
  let row = leaves;
  for (let layer = 0; 2 ** layer < width; layer++) row = parentLayer(row, layer);
  return row;
}
