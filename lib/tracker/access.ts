import { type InfoHash, type InfoHashV2, truncated } from "../base/ids.ts";
import type { AddressSet } from "./address_set.ts";
import { TrackerError } from "./errors.ts";
import type { HashSet } from "./hash_set.ts";
import { hashOfKey, isTrackerKey } from "./tracker_key.ts";

/** Who and what may use a tracker; where a list is absent, it says nothing. */
export interface AccessLists {
  /** Only these shares; v2 hashes are cut to 20 bytes. */
  readonly allowHashes?: HashSet;
  readonly denyHashes?: HashSet;
  /** Only these addresses. */
  readonly allowAddresses?: AddressSet;
  readonly denyAddresses?: AddressSet;
}

/** Hashes by which a share is known. */
export interface ShareHashes {
  readonly v1?: InfoHash | undefined;
  readonly v2?: InfoHashV2 | undefined;
  readonly hash?: InfoHash | undefined;
}

/**
 * Decides who may use a tracker, for all of its doors. Lists and keys may be replaced at any time.
 *
 * A share is on a list if any of its hashes is, those among them that others told of it: a client
 * announces one hash of a hybrid, and the list may have the other.
 */
export class Access {
  lists: AccessLists = {};
  /** Hashes of the keys of which one is needed ({@linkcode hashOfKey}); undefined: none is. */
  keys: ReadonlySet<string> | undefined;

  /** Whether nobody is served without a key. */
  get isPrivate(): boolean {
    return this.keys !== undefined;
  }

  /** Whether an address may use the tracker. */
  takesAddress(host: string): boolean {
    const { allowAddresses, denyAddresses } = this.lists;
    return !denyAddresses?.has(host) && (allowAddresses?.has(host) ?? true);
  }

  /** Whether a share may be announced and found. @param known What is known of a hash. */
  takesShare(
    told: ShareHashes,
    known: (hash: InfoHash) => ShareHashes | undefined = () => undefined,
  ): boolean {
    const { allowHashes, denyHashes } = this.lists;
    if (!allowHashes && !denyHashes) return true;
    const all = new Set(hashesIn(told));
    for (const hash of [...all]) for (const other of hashesIn(known(hash))) all.add(other);
    const isIn = (set: HashSet) => [...all].some((hash) => set.has(hash));
    return !(denyHashes && isIn(denyHashes)) && (!allowHashes || isIn(allowHashes));
  }

  /** Whether a key is one of those that are good. */
  takesKey(key: string | undefined): boolean {
    return !this.keys || (isTrackerKey(key) && this.keys.has(hashOfKey(key)));
  }

  /** @throws {TrackerError} `forbidden` where an address may not use the tracker. */
  admitAddress(host: string): void {
    if (this.takesAddress(host)) return;
    throw new TrackerError("forbidden", "Your address may not use this tracker");
  }

  /** @throws {TrackerError} `forbidden` where a share may not be announced. */
  admitShare(told: ShareHashes, known: (hash: InfoHash) => ShareHashes | undefined): void {
    if (this.takesShare(told, known)) return;
    throw new TrackerError("forbidden", "This tracker does not take this share");
  }

  /**
   * Requests of the original protocol have no room for a key, and names have no info-hash.
   *
   * @param registers Whether a name is to be registered, not asked for.
   * @throws {TrackerError} `unauthorized` or `forbidden` where these are wanted.
   */
  admitClassic(registers: boolean): void {
    if (this.isPrivate) {
      const what = "This tracker is private, and the original's requests have no room for a key";
      throw new TrackerError("unauthorized", what);
    }
    if (!registers || !this.lists.allowHashes) return;
    throw new TrackerError("forbidden", "This tracker takes listed shares only, no mere names");
  }

  /** @throws {TrackerError} `unauthorized` where a key is needed, and this is none. */
  admitKey(key: string | undefined): void {
    if (this.takesKey(key)) return;
    const what = key === undefined
      ? "This tracker is private: it needs your key"
      : "This tracker does not know your key; it may have been revoked";
    throw new TrackerError("unauthorized", what);
  }
}

/** The hashes as lists have them. */
function hashesIn({ v1, v2, hash }: ShareHashes = {}): InfoHash[] {
  const all = [v1, v2 === undefined ? undefined : truncated(v2), hash];
  return all.filter((one) => one !== undefined);
}
