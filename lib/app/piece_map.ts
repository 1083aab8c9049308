import type { Bitfield } from "../base/bitfield.ts";

/** The most stretches that a map is cut into: more cannot be told apart on a terminal. */
const MOST_CELLS = 40;

/** How much of each of up to 40 equal stretches of the pieces is here, 0 to 1. */
export function pieceMap(have: Bitfield): number[] {
  const cells = Math.min(MOST_CELLS, have.length);
  const map = Array.from({ length: cells }, () => 0);
  for (const piece of have) map[cellOf(piece)]!++;
  return map.map((count, cell) => count / (firstOf(cell + 1) - firstOf(cell)));

  function cellOf(piece: number): number {
    return Math.floor(piece * cells / have.length);
  }

  function firstOf(cell: number): number {
    return Math.ceil(cell * have.length / cells);
  }
}
