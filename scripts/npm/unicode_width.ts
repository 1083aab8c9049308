/** Stands in for `jsr:@std/cli@1/unicode-width` where JSR cannot be reached. */
import stringWidth from "npm:string-width@7";

/** The number of terminal columns that `text` fills. */
export function unicodeWidth(text: string): number {
  return stringWidth(text, { countAnsiEscapeCodes: true });
}
