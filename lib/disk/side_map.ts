import type { Layout } from "../meta/layout.ts";

/** The number that stands for the side file where files of a torrent are numbered. */
export const SIDE = -1;

/** Bytes of an unwanted file that lie in a piece which is wanted. */
interface SideRange {
  readonly offset: number;
  readonly length: number;
  /** Where they are in the side file. */
  readonly at: number;
}

/**
 * Where the bytes of unwanted files are kept that share a piece with wanted ones: one after the
 * other in a side file, so that nothing unwanted appears under its name.
 */
export class SideMap {
  /** Bytes of the side file; 0: it is not needed. */
  readonly length: number;
  readonly #ranges = new Map<number, readonly SideRange[]>();

  /** @param wanted Which pieces are. */
  constructor(
    layout: Layout,
    unwanted: Iterable<number>,
    wanted: { has(piece: number): boolean },
  ) {
    let end = 0;
    for (const file of unwanted) {
      const { first, end: last } = layout.piecesOf(file);
      const pieces = new Set(last > first ? [first, last - 1] : []); // all others are its own
      const ranges: SideRange[] = [];
      for (const piece of pieces) {
        if (!wanted.has(piece)) continue;
        const segments = layout.segments(piece, 0, layout.pieceSize(piece));
        const { offset, length } = segments.find((segment) => segment.file === file)!;
        ranges.push({ offset, length, at: end });
        end += length;
      }
      if (ranges.length > 0) this.#ranges.set(file, ranges);
    }
    this.length = end;
  }

  /** Where an unwanted file's byte is in the side file, or undefined when it is not kept. */
  locate(file: number, offset: number): number | undefined {
    const range = this.#ranges.get(file)?.find((one) =>
      one.offset <= offset && offset < one.offset + one.length
    );
    return range && range.at + offset - range.offset;
  }
}
