import { type ComponentChild, h } from "../preact.ts";

/** A piece of a name: text, or a character that shows nothing or misleads, as its code point. */
export type NamePart = { readonly text: string } | { readonly code: string };

/**
 * Cuts a name, which anybody may have made up, into what can be shown and what cannot: controls,
 * bidirectional and other format characters, separators, lone surrogates, characters for private use.
 * Joiners stay where scripts and emoji need them: between visible characters.
 */
export function nameParts(name: string): readonly NamePart[] {
  const hidden = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/u;
  const joined = /[\p{L}\p{M}\p{Extended_Pictographic}\ufe0f]/u;
  const parts: NamePart[] = [];
  const characters = [...name];
  let text = "";
  characters.forEach((character, at) => {
    const joiner = character === "\u200c" || character === "\u200d";
    const before = characters[at - 1] ?? "";
    const after = characters[at + 1] ?? "";
    if (!hidden.test(character) || (joiner && joined.test(before) && joined.test(after))) {
      text += character;
      return;
    }
    if (text !== "") parts.push({ text });
    text = "";
    const code = character.codePointAt(0) ?? 0;
    parts.push({ code: code.toString(16).toUpperCase().padStart(4, "0") });
  });
  if (text !== "") parts.push({ text });
  return parts;
}

/** A name that is harmless wherever it stands: text only, its direction its own. */
export function nameView(name: string | undefined): ComponentChild {
  if (name === undefined) return h("span", { class: "unnamed" }, "no name told");
  const parts = nameParts(name).map((part) =>
    "text" in part
      ? part.text
      : h("span", { class: "codepoint", title: `The character U+${part.code}` }, `U+${part.code}`)
  );
  return h("bdi", { dir: "auto" }, parts);
}

/** The same as text, for a title. */
export function nameText(name: string | undefined): string {
  if (name === undefined) return "A share without a name";
  return nameParts(name).map((part) => "text" in part ? part.text : `[U+${part.code}]`).join("");
}
