/** The most bytes of one part of a path in UTF-8: what ext4, APFS and NTFS take, `.part` included. */
const MAX_BYTES = 240;

/** Names that Windows keeps for devices, also before spaces or an extension, or with superscripts. */
const DEVICE =
  /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?= *(?:\.|$))/i;

/** Characters that no Windows file name may hold, and those that mislead a reader of any name. */
const FORBIDDEN =
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Makes one part of a path safe on every platform, whoever chose it: no separators, drives or
 * streams, no device names, no trailing dots or spaces, no controls or bidirectional marks, Unicode
 * normal form C, at most 240 bytes.
 *
 * | name | becomes |
 * | --- | --- |
 * | `a:b`, `a/b`, `a\b`, `a*b` | `a_b` |
 * | `CON`, `nul.txt`, `COM¹` | `_CON`, `_nul.txt`, `_COM¹` |
 * | `name.`, `name ` | `name_` |
 * | `.`, `..`, empty | `_`, `__`, `_` |
 */
export function safeName(name: string): string {
  const plain = fillTail(name.toWellFormed().normalize("NFC").replace(FORBIDDEN, "_")) || "_";
  return fillTail(shorten(plain.replace(DEVICE, "_$1"))); // a cut may bare a dot or a space
}

/** Windows drops trailing dots and spaces; the look behind keeps long runs of them cheap. */
function fillTail(name: string): string {
  return name.replace(/(?<![. ])[. ]+$/, (tail) => "_".repeat(tail.length));
}

/** Cuts a name that is too long, keeping its extension. */
function shorten(name: string): string {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  if (bytes(name) <= MAX_BYTES) return name;
  const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  const characters = [...name.slice(0, name.length - extension.length)];
  while (bytes(characters.join("")) + bytes(extension) > MAX_BYTES) characters.pop();
  return characters.join("") + extension;
}
