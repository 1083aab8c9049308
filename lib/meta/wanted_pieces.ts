import { Bitfield } from "../base/bitfield.ts";
import type { Layout } from "./layout.ts";

/** The pieces that hold something of the wanted files; those of nothing but padding are not among them. */
export function wantedPieces(layout: Layout, wanted: readonly boolean[]): Bitfield {
  const pieces = new Bitfield(layout.pieceCount);
  wanted.forEach((is, file) => {
    if (!is) return;
    const { first, end } = layout.piecesOf(file);
    for (let piece = first; piece < end; piece++) pieces.add(piece);
  });
  return pieces;
}
