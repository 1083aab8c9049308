import { basename, dirname, join } from "node:path";
import { safePaths } from "../meta/safe_paths.ts";
import type { TorrentInfo } from "../meta/torrent.ts";

/** How many names are tried for a part file beside those that are taken. */
const MOST_PART_NAMES = 1_000;

/** Where a download's files and its own records go. */
export class DownloadPaths {
  /** The file, or the torrent's folder. */
  readonly root: string;
  /** What everything is in; it is there already. */
  readonly base: string;
  /** Hidden, beside the download: what was proven so far. */
  readonly journal: string;
  /** Hidden, beside the download: bytes of unwanted files that share a piece with wanted ones. */
  readonly side: string;
  /** By file: its folders below `base`, and its final name. */
  readonly #files: readonly { readonly folders: readonly string[]; readonly name: string }[];
  /** By folder: names that the torrent itself needs there, as a file system may fold them. */
  readonly #taken = new Map<string, Set<string>>();

  /** @param root Absolute path of the file, or of the torrent's folder. */
  constructor(info: TorrentInfo, root: string) {
    this.root = root;
    this.base = dirname(root);
    const name = basename(root);
    this.journal = join(this.base, `.${name}.journal`);
    this.side = join(this.base, `.${name}.parts`);
    this.#files = safePaths(info).files.map((parts) => {
      const all = [name, ...parts];
      return { folders: all.slice(0, -1), name: all.at(-1)! };
    });
    for (const { folders, name } of this.#files) this.#namesIn(folders).add(folded(name));
  }

  /** Folders below `base` that a file is in, from the outermost. */
  folders(file: number): readonly string[] {
    return this.#files[file]!.folders;
  }

  /** Absolute path of the folder that a file is in. */
  folder(file: number): string {
    return join(this.base, ...this.#files[file]!.folders);
  }

  /** Absolute paths of the folders that a file is in, without `base`. */
  ancestors(file: number): string[] {
    const { folders } = this.#files[file]!;
    return folders.map((_, depth) => join(this.base, ...folders.slice(0, depth + 1)));
  }

  /** Absolute path of a file when it is whole. */
  final(file: number): string {
    return join(this.folder(file), this.#files[file]!.name);
  }

  /** Absolute path of a part file of that name. */
  part(file: number, name: string): string {
    return join(this.folder(file), name);
  }

  /**
   * Names for a file while it is not whole, the first choice first: `NAME.part`, `NAME.1.part` and so
   * on; none that the torrent needs for something else.
   */
  *partNames(file: number): Generator<string> {
    const { folders, name } = this.#files[file]!;
    const taken = this.#namesIn(folders);
    for (let n = 0; n < MOST_PART_NAMES; n++) {
      const part = n === 0 ? `${name}.part` : `${name}.${n}.part`;
      if (!taken.has(folded(part))) yield part;
    }
  }

  /** Keeps a part file's name from being given to another file. */
  take(file: number, name: string): void {
    this.#namesIn(this.#files[file]!.folders).add(folded(name));
  }

  /** Whether a name is one that a part file of a file may have. */
  isPartName(file: number, name: string): boolean {
    const own = this.#files[file]!.name;
    return name.startsWith(`${own}.`) && /^(\d+\.)?part$/.test(name.slice(own.length + 1));
  }

  #namesIn(folders: readonly string[]): Set<string> {
    const key = folders.join("/");
    let names = this.#taken.get(key);
    if (!names) this.#taken.set(key, names = new Set());
    return names;
  }
}

/** One key for names that a file system may take for the same. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
