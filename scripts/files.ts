/** Finds the project's own sources. */
import { inRoot } from "./packages.ts";

/** Every `.ts` file of the given files and folders that exist, as sorted paths from the root with `/`. */
export function sources(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    try {
      return Deno.statSync(inRoot(path)).isDirectory ? inFolder(path) : [path];
    } catch {
      return [];
    }
  });
}

function inFolder(folder: string): string[] {
  return [...Deno.readDirSync(inRoot(folder))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) return inFolder(path);
      return entry.isFile && entry.name.endsWith(".ts") ? [path] : [];
    });
}
