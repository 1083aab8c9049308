/**
 * Characters that a terminal or a reader could be misled by: C0 and C1 controls (escape sequences
 * among them), line and paragraph separators, bidirectional marks, embeddings, overrides and
 * isolates (Unicode UAX 9), other invisible format characters, and lone surrogates.
 */
const UNSAFE =
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A value as JSON on one line that is as harmless on a terminal as {@linkcode printable} text, and
 * means the same to whoever parses it: what could mislead is written as its escape, `\u202e`.
 */
export function printableJson(value: unknown): string {
  const escape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(UNSAFE, escape);
}

/**
 * Makes text from a person, a file or the network safe to print on one line of a terminal: every
 * character that could move the cursor, change colours or turn the reading direction is shown as
 * its code point, `\u{1b}` for instance.
 *
 * @param text Any text.
 * @param most The most UTF-16 units to keep; what is longer is cut and ends in `…`.
 * @returns The text, harmless.
 */
export function printable(text: string, most = 1024): string {
  const cut = text.length > most ? text.slice(0, most) + "…" : text;
  return cut.replace(UNSAFE, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
