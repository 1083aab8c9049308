import type { Segment } from "./segment.ts";
import type { Style } from "./style.ts";

/** Fills of a cell: nothing of it is here, less than half, more, all. */
const FILLS = ["░", "▒", "▓", "█"] as const;

/** Rounding must not keep a whole cell from looking whole. */
const TINY = 1e-9;

/**
 * A bar over the pieces, from the first to the last: where a cell's pieces are partly here, it is
 * partly filled.
 *
 * @param map How much of each of any number of equal stretches is here, 0 to 1.
 * @param length Cells of the bar.
 */
export function pieceBar(map: readonly number[], length: number, style: Style): Segment[] {
  const bar: Segment[] = [];
  let run = "";
  for (let cell = 0; cell <= length; cell++) {
    const fill = cell === length ? "" : fillOf(mean(map, cell / length, (cell + 1) / length));
    // Cells that are painted alike go into one escape sequence.
    if (run !== "" && (fill === "" || (run[0] === FILLS[0]) !== (fill === FILLS[0]))) {
      bar.push({ text: run, paint: run[0] === FILLS[0] ? style.dim : style.green });
      run = "";
    }
    run += fill;
  }
  return bar;
}

/** The map of something that is done from its beginning on. */
export function plainMap(done: number, length: number): number[] {
  return Array.from({ length }, (_, cell) => Math.min(1, Math.max(0, done * length - cell)));
}

function fillOf(share: number): string {
  if (share >= 1 - TINY) return FILLS[3];
  if (share <= TINY) return FILLS[0];
  return share < 0.5 ? FILLS[1] : FILLS[2];
}

/** The mean of the map over a stretch of it, both ends from 0 to 1. */
function mean(map: readonly number[], from: number, to: number): number {
  const first = from * map.length;
  const last = to * map.length;
  let sum = 0;
  for (let at = Math.floor(first); at < Math.min(map.length, last); at++) {
    const overlap = Math.min(at + 1, last) - Math.max(at, first);
    if (overlap > 0) sum += map[at]! * overlap;
  }
  return map.length === 0 ? 0 : sum / (last - first);
}
