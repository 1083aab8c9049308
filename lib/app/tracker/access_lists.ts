import { infoHash, infoHashV2, truncated } from "../../base/ids.ts";
import type { AccessLists } from "../../tracker/access.ts";
import { AddressSet } from "../../tracker/address_set.ts";
import { HashSet } from "../../tracker/hash_set.ts";
import { secretRandom } from "../secret_random.ts";
import type { AccessFiles } from "../types.ts";
import { readListFile } from "./list_file.ts";

/**
 * Reads the files of lists.
 *
 * @throws {AppError} as {@linkcode readListFile}.
 */
export async function readAccessLists(files: AccessFiles): Promise<AccessLists> {
  const [allowHashes, denyHashes, allowAddresses, denyAddresses] = [
    await hashesOf(files.allowHashes),
    await hashesOf(files.denyHashes),
    await addressesOf(files.allowAddresses),
    await addressesOf(files.denyAddresses),
  ];
  return {
    ...allowHashes && { allowHashes },
    ...denyHashes && { denyHashes },
    ...allowAddresses && { allowAddresses },
    ...denyAddresses && { denyAddresses },
  };
}

async function hashesOf(path: string | undefined): Promise<HashSet | undefined> {
  if (path === undefined) return undefined;
  const set = new HashSet(secretRandom());
  await readListFile(path, (entry) => {
    const whole = infoHashV2(entry);
    const hash = whole ? truncated(whole) : infoHash(entry);
    if (hash === undefined) return "is no info-hash: 40 or 64 hexadecimal digits";
    set.add(hash);
  });
  return set;
}

async function addressesOf(path: string | undefined): Promise<AddressSet | undefined> {
  if (path === undefined) return undefined;
  const set = new AddressSet();
  await readListFile(path, (entry) => set.add(entry));
  set.settle();
  return set;
}
