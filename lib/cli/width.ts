import { unicodeWidth } from "jsr:@std/cli@1/unicode-width";

/** How many columns of a terminal a text takes; it must hold no escape sequences. */
export function width(text: string): number {
  return unicodeWidth(text);
}

/**
 * Cuts text to a number of columns.
 *
 * @param text Text without escape sequences.
 * @param columns The most columns it may take.
 * @returns The text, or its beginning and `…`.
 */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return kept + "…";
}
