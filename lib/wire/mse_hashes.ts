import { createHash } from "node:crypto";
import { fromHex } from "../base/bytes.ts";
import type { InfoHash } from "../base/ids.ts";
import { Rc4 } from "./rc4.ts";

/** Bytes of each keystream that are thrown away, since they tell of the key. */
const DISCARDED = 1024;

/** The hash behind which the dialling end's ciphered part begins. */
export function mseMark(secret: Uint8Array): Uint8Array {
  return sha1("req1", secret);
}

/** Names a torrent to who knows its info-hash, and to nobody else. */
export function mseName(secret: Uint8Array, infoHash: InfoHash): Uint8Array {
  const mask = sha1("req3", secret);
  return sha1("req2", fromHex(infoHash)!).map((byte, at) => byte ^ mask[at]!);
}

/** The cipher of what the end that dialled ("keyA") or the other one ("keyB") sends. */
export function mseCipher(
  name: "keyA" | "keyB",
  secret: Uint8Array,
  infoHash: InfoHash,
): (bytes: Uint8Array) => void {
  const cipher = new Rc4(sha1(name, secret, fromHex(infoHash)!));
  cipher.apply(new Uint8Array(DISCARDED));
  return (bytes) => cipher.apply(bytes);
}

function sha1(word: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha1").update(word);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
