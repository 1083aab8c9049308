import { isRangeOfHeight, MAX_RANGE, payloadLength } from "../meta/hash_range.ts";
import { WireError } from "./errors.ts";
import type { HashRequest, PeerMessage } from "./peer_message.ts";

/** Bytes of a SHA-256 hash. */
const HASH = 32;

/** No tree is as high as this: its leaves of 16 KiB would hold 2^78 bytes. */
const MAX_HEIGHT = 64;

/** Bytes of a hash request without its id: the root and four numbers (BEP 52, "hash request"). */
export const HASH_REQUEST_BYTES = HASH + 4 * 4;

/** The most bytes of a hashes message without its id: all hashes, and an uncle for every layer. */
export const MAX_HASHES_BYTES = HASH_REQUEST_BYTES + (MAX_RANGE + MAX_HEIGHT) * HASH;

type HashMessage = Extract<
  PeerMessage,
  { readonly kind: "hash_request" | "hashes" | "hash_reject" }
>;

/**
 * Reads the body of message 21, 22 or 23, which must have `HASH_REQUEST_BYTES` or, for `hashes`,
 * more.
 *
 * The numbers of a `hash_request` may be any: one that cannot be answered is answered with
 * `hash_reject`, and only the caller knows the tree. Those of an answer are within the limits of
 * BEP 52 ("hash request"): length a power of two from 2 to 512, index a multiple of it.
 *
 * @returns `root` and `hashes` are views of `body`.
 * @throws {WireError} `bad_message` when an answer is to nothing that may be asked, or when its
 * hashes are more or fewer than it says.
 */
export function decodeHashMessage(kind: HashMessage["kind"], body: Uint8Array): HashMessage {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const request: HashRequest = {
    root: body.subarray(0, HASH),
    baseLayer: view.getUint32(HASH),
    index: view.getUint32(HASH + 4),
    length: view.getUint32(HASH + 8),
    proofLayers: view.getUint32(HASH + 12),
  };
  if (kind === "hash_request") return { kind, ...request };
  if (!isRangeOfHeight(request, MAX_HEIGHT)) {
    const { baseLayer, index, length, proofLayers } = request;
    throw new WireError(
      "bad_message",
      `it sent ${kind} for what nobody may ask: base layer ${baseLayer}, index ${index}, ` +
        `length ${length}, ${proofLayers} proof layers`,
    );
  }
  if (kind === "hash_reject") return { kind, ...request };
  const hashes = body.subarray(HASH_REQUEST_BYTES);
  const expected = payloadLength(request);
  if (hashes.length !== expected) {
    throw new WireError(
      "bad_message",
      `it sent hashes (message 22) with ${hashes.length} bytes of hashes instead of ${expected}`,
    );
  }
  return { kind, ...request, hashes };
}

/** The body of message 21, 22 or 23. */
export function encodeHashMessage(message: HashMessage): Uint8Array {
  const hashes = message.kind === "hashes" ? message.hashes : undefined;
  const body = new Uint8Array(HASH_REQUEST_BYTES + (hashes?.length ?? 0));
  const view = new DataView(body.buffer);
  body.set(message.root);
  view.setUint32(HASH, message.baseLayer);
  view.setUint32(HASH + 4, message.index);
  view.setUint32(HASH + 8, message.length);
  view.setUint32(HASH + 12, message.proofLayers);
  if (hashes) body.set(hashes, HASH_REQUEST_BYTES);
  return body;
}
