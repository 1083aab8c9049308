import { createHash } from "node:crypto";
import { equalBytes, fromHex } from "../base/bytes.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";

/** Whether an info dictionary that peers sent is the one that all known hashes name. */
export function isMetadataOf(
  bytes: Uint8Array,
  { v1, v2 }: { readonly v1?: InfoHash; readonly v2?: InfoHashV2 },
): boolean {
  return agrees(bytes, "sha1", v1) && agrees(bytes, "sha256", v2);
}

function agrees(bytes: Uint8Array, algorithm: string, hash: InfoHash | InfoHashV2 | undefined) {
  if (hash === undefined) return true;
  return equalBytes(createHash(algorithm).update(bytes).digest(), fromHex(hash)!);
}
