import type { FileHandle } from "./file_system.ts";

/** Open files, so many at most: the one that was not used for longest is closed for the next. */
export class HandleCache<Key> implements Disposable {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #open = new Map<Key, FileHandle>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The file of a key; `open` opens it when it is not open. */
  get(key: Key, open: () => FileHandle): FileHandle {
    const known = this.#open.get(key);
    if (known) {
      this.#open.delete(key);
      this.#open.set(key, known);
      return known;
    }
    if (this.#open.size >= this.#most) {
      const [oldest] = this.#open.keys();
      this.close(oldest!);
    }
    const file = open();
    this.#open.set(key, file);
    return file;
  }

  /** Closes the file of a key, if it is open. */
  close(key: Key): void {
    this.#open.get(key)?.close();
    this.#open.delete(key);
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#open.keys()]) this.close(key);
  }
}
