import { randomBytes } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { type PeerId, peerId } from "../base/ids.ts";

/** Client and version as peer ids tell them (BEP 20). */
const CLIENT = "-MT0100-";

/** A new peer id, one for each share. */
export function newPeerId(): PeerId {
  const prefix = new TextEncoder().encode(CLIENT);
  return peerId(toHex(prefix) + toHex(randomBytes(20 - prefix.length)))!;
}
