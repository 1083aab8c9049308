import { fit, width } from "./width.ts";

/** A stretch of a line in one style. */
export interface Segment {
  /** Harmless, without escape sequences. */
  readonly text: string;
  readonly paint?: (text: string) => string;
  /** Whether its beginning is worth showing where there is no room for all of it. */
  readonly cut?: boolean;
}

/** Less room than this for a text that is cut tells nothing. */
const SHORTEST_CUT = 12;

/**
 * Puts parts behind the beginning of a line, two blanks before each where that is not blank itself,
 * as long as there is room.
 *
 * @param line What the line begins with; cut when it is too wide by itself.
 * @param parts What matters most comes first.
 * @param columns The most columns that the line may take.
 */
export function fitted(
  line: readonly Segment[],
  parts: readonly Segment[],
  columns: number,
): Segment[] {
  const kept: Segment[] = [];
  let used = 0;
  for (const segment of line) {
    const text = fit(segment.text, columns - used);
    used += width(text);
    if (text !== "") kept.push({ ...segment, text });
  }
  let indented = kept.every(({ text }) => text.trim() === "");
  for (const part of parts) {
    const gap = indented ? "" : "  ";
    const room = columns - used - gap.length;
    const fits = width(part.text) <= room;
    if (!fits && !(part.cut && room >= SHORTEST_CUT)) break;
    const text = fits ? part.text : fit(part.text, room);
    kept.push({ text: gap }, { ...part, text });
    used += gap.length + width(text);
    indented = false;
  }
  return kept;
}

/** How many columns a line takes. */
export function lineWidth(line: readonly Segment[]): number {
  return line.reduce((sum, { text }) => sum + width(text), 0);
}

/** Text with blanks behind it, so that it takes at least so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}
