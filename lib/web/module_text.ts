/** What a module exports, by name. */
export type ModuleParts = Readonly<Record<string, unknown>>;

/**
 * Writes modules of ours as the text of one ES module for a browser.
 *
 * Deno has taken the types out of whatever runs, so a function's own text is JavaScript that a browser
 * runs, too: from source, from a URL and compiled, with no build and without reading a file. For that,
 * everything at the top of such a module is a function or a class that is exported, all have names of
 * their own, and they use nothing else but each other and what `imports` brings.
 *
 * @param imports Its first lines.
 * @throws {Error} When two have one name, or something is neither function nor class.
 */
export function moduleText(modules: readonly ModuleParts[], imports: string): string {
  const texts = new Map<string, string>();
  for (const [name, value] of modules.flatMap((module) => Object.entries(module))) {
    if (typeof value !== "function") throw new Error(`${name} is neither a function nor a class`);
    if (texts.has(name)) throw new Error(`two are called ${name}`);
    texts.set(name, declaration(name, String(value)));
  }
  return `${imports}${[...texts.values()].join("\n")}\n`;
}

function declaration(name: string, text: string): string {
  if (!/^(async )?(function\*?|class)\s/.test(text)) {
    throw new Error(`${name} is not declared as a function or a class`);
  }
  return text;
}
