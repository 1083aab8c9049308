import { printable } from "../base/printable.ts";

/** Suggestions at most: more help nobody, and a folder may hold millions of files. */
const MOST_SUGGESTIONS = 1_000;

/**
 * Turns a path as a person types, pastes or drops it into one that can be opened: quotes around it
 * and blanks before and after it go, a leading `~` becomes the home folder.
 *
 * @param text What was typed.
 * @param home The home folder, if it is known.
 */
export function cleanPath(text: string, home: string | undefined): string {
  const trimmed = text.trim();
  const quoted = /^(["'])(.*)\1$/s.exec(trimmed);
  const path = quoted ? quoted[2]! : trimmed;
  return home !== undefined && /^~(?=$|[\\/])/.test(path) ? home + path.slice(1) : path;
}

/** Says whether a path names a file or folder that can be shared: true, or why not. */
export async function checkShareable(path: string): Promise<true | string> {
  if (path === "") return "The path of a file or folder, please.";
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    return isFile || isDirectory || "That is neither a file nor a folder.";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "There is no such file or folder.";
    return "That cannot be read.";
  }
}

/**
 * The paths that could follow what is typed so far, an opening quote and a `~` kept; folders end in
 * a separator. Hidden files are told only where a dot is typed, names
 * that could harm a terminal never.
 *
 * @param typed What was typed.
 * @param home The home folder, if it is known.
 */
export async function suggestPaths(typed: string, home: string | undefined): Promise<string[]> {
  const [, quote = "", folder = "", begun = ""] = /^(["']?)(.*[\\/])?([^\\/]*)$/s.exec(typed)!;
  const inside = home === undefined ? folder : folder.replace(/^~(?=[\\/])/, () => home);
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(inside || ".")) {
      if (!name.startsWith(begun) || (begun === "" && name.startsWith("."))) continue;
      if (printable(name) !== name) continue;
      found.push(`${quote}${folder}${name}${isDirectory ? "/" : ""}`);
      if (found.length === MOST_SUGGESTIONS) break;
    }
  } catch {
    // A folder that is not there or may not be read has nothing to suggest.
  }
  return found.sort();
}
