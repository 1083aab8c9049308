import { dirname } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { type SavedKey, SqliteKeys } from "../../disk/sqlite_keys.ts";
import { StoreError } from "../../tracker/store.ts";
import { hashOfKey, KEY_BYTES, trackerKey } from "../../tracker/tracker_key.ts";
import { AppError } from "../errors.ts";

/** Keys of one tracker. */
const MAX_KEYS = 100_000;

/** The most characters of a key's name. */
const MAX_NAME = 100;

/** How long to wait for another who changes the file. */
const WAIT_MS = 5_000;

/** A key, as it is told once and never again. */
export interface NewKey {
  readonly id: number;
  readonly key: string;
}

/**
 * Makes a key of a private tracker, which a tracker that runs knows within seconds.
 *
 * @param path The file of keys; made if there is none.
 * @param name Whose it is, for people.
 * @throws {AppError} `invalid_input` for a name that is taken or none, `file_open`.
 */
export function addKey(path: string, name: string | undefined): NewKey {
  if (name !== undefined) checkName(name);
  const key = trackerKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  const saved = { ...name !== undefined && { name }, hash: hashOfKey(key), added: Date.now() };
  const id = withKeys(path, (keys) => keys.add(saved, MAX_KEYS));
  handToOwner(path);
  if (typeof id === "number") return { id, key };
  const why = id === "full"
    ? `There are ${MAX_KEYS} keys already, which are the most; revoke some.`
    : `There is a key of the name "${name}" already; choose another, or revoke that one.`;
  throw new AppError("invalid_input", why);
}

/** All keys, the oldest first. @throws {AppError} `file_open`. */
export function listKeys(path: string): SavedKey[] {
  return isThere(path) ? withKeys(path, (keys) => keys.list()) : [];
}

/**
 * Takes a key away; a tracker that runs refuses it within seconds.
 *
 * @param which Its name or its number.
 * @throws {AppError} `not_found`, `file_open`.
 */
export function revokeKey(path: string, which: string): SavedKey {
  const found = isThere(path) && withKeys(path, (keys) => {
    const key = keys.list().find(({ id, name }) => name === which || String(id) === which);
    return key && keys.revoke(key.id) ? key : undefined;
  });
  if (found) return found;
  const shown = printable(which, MAX_NAME);
  const what = `There is no key of the name or number "${shown}"; see: tracker key list`;
  throw new AppError("not_found", what);
}

function checkName(name: string): void {
  const wrong = /^\d*$/.test(name)
    ? "a number could be taken for a key's own"
    : name.length > MAX_NAME
    ? `it is over ${MAX_NAME} characters`
    : name !== printable(name, MAX_NAME)
    ? "it has characters that cannot be seen"
    : undefined;
  if (wrong === undefined) return;
  throw new AppError("invalid_input", `A key cannot be called so: ${wrong}.`);
}

/** Whether there is a file; only a key that is added makes one. */
function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/**
 * Gives a file to the owner of its folder, if it was made by root for the user that the tracker runs as,
 * who could not read it.
 */
function handToOwner(path: string): void {
  if (Deno.build.os === "windows") return;
  try {
    const { uid, gid } = Deno.statSync(dirname(path));
    if (Deno.statSync(path).uid !== uid) Deno.chownSync(path, uid, gid);
  } catch {
    // Only root may, and nobody else has to.
  }
}

function withKeys<T>(path: string, act: (keys: SqliteKeys) => T): T {
  try {
    using keys = new SqliteKeys(path, WAIT_MS);
    return act(keys);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new AppError("file_open", `The keys cannot be used: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}
