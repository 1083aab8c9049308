import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { SqliteKeys } from "../../disk/sqlite_keys.ts";
import type { Access } from "../../tracker/access.ts";
import { StoreError } from "../../tracker/store.ts";
import { AppError } from "../errors.ts";

/** How often the file is looked at. */
const EVERY_MS = 1_000;

/** Where an SQLite file counts its changes, 4 bytes. */
const CHANGES_AT = 24;

/**
 * Keeps the keys of a private tracker as they are in their file, which others change: a key that was
 * added or revoked is known within seconds. A file that cannot be read leaves the keys as they were; one
 * that is gone, or not there yet, has none.
 */
export class KeyWatch implements Disposable {
  readonly #path: string;
  readonly #access: Access;
  readonly #log: Log;
  readonly #timer: ReturnType<typeof setInterval>;
  #seen: string | undefined;

  /** @throws {AppError} `file_open` when there is a file that cannot be used. */
  constructor(path: string, access: Access, log: Log) {
    this.#path = path;
    this.#access = access;
    this.#log = log;
    try {
      this.#look();
    } catch (error) {
      const message = `The tracker cannot read its keys: ${messageOf(error)}.`;
      throw new AppError("file_open", message, { cause: error });
    }
    const { size } = access.keys ?? new Set();
    if (size === 0) log("warn", "private, and nobody has a key yet: tracker key add");
    else log("info", `private: ${counted(size)}`);
    this.#timer = setInterval(() => this.#lookAgain(), EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #lookAgain(): void {
    try {
      const before = this.#access.keys?.size ?? 0;
      if (this.#look()) {
        this.#log("info", `${counted(this.#access.keys?.size ?? 0)}, before it was ${before}`);
      }
    } catch (error) {
      this.#log("error", `the keys stay as they were: ${messageOf(error)}`);
    }
  }

  /** @returns Whether they were read. @throws Once for each change of the file. */
  #look(): boolean {
    const seen = this.#state();
    if (seen === this.#seen) return false;
    if (seen === "") {
      this.#access.keys = new Set();
    } else {
      try {
        using keys = new SqliteKeys(this.#path, 0);
        this.#access.keys = keys.hashes();
      } catch (error) {
        // Somebody writes it at this moment.
        if (error instanceof StoreError && error.code === "in_use") {
          this.#access.keys ??= new Set();
          return false;
        }
        this.#seen = seen;
        throw error;
      }
    }
    this.#seen = seen;
    return true;
  }

  /** What differs once the file has changed; empty: there is none. */
  #state(): string {
    try {
      using file = Deno.openSync(this.#path);
      const { ino, size, mtime } = file.statSync();
      const changes = new Uint8Array(4);
      file.seekSync(CHANGES_AT, Deno.SeekMode.Start);
      file.readSync(changes);
      return [ino, size, mtime?.getTime(), ...changes].join(" ");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      return messageOf(error);
    }
  }
}

function counted(size: number): string {
  return size === 1 ? "1 key is good" : `${size} keys are good`;
}
