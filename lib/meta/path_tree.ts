import { MetaError } from "./errors.ts";
import { shownPath } from "./listed_file.ts";

type Folder = Map<string, Folder | "file">;

/** Paths of files that can all be there at once. */
export class PathTree {
  readonly #root: Folder = new Map();

  /**
   * Adds a path of one part or more.
   *
   * @throws {MetaError} `bad_path` when the file is there already, or is a folder, or is in a file.
   */
  add(parts: readonly string[]): void {
    let folder = this.#root;
    const last = parts.length - 1;
    for (let at = 0; at < last; at++) {
      let next = folder.get(parts[at]!);
      if (next === "file") {
        const file = shownPath(parts.slice(0, at + 1));
        throw new MetaError(
          "bad_path",
          `${shownPath(parts)} needs a folder where a file is: ${file}`,
        );
      }
      if (next === undefined) folder.set(parts[at]!, next = new Map());
      folder = next;
    }
    const there = folder.get(parts[last]!);
    if (there !== undefined) {
      const what = there === "file" ? "is there twice" : "is a file and a folder";
      throw new MetaError("bad_path", `${shownPath(parts)} ${what}`);
    }
    folder.set(parts[last]!, "file");
  }
}
