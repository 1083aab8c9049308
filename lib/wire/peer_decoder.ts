import { WireError } from "./errors.ts";
import { decodeExtended } from "./extensions.ts";
import { decodeHashMessage } from "./hash_messages.ts";
import type { PeerMessage } from "./peer_message.ts";
import { type Frame, type FrameKind, FRAMES } from "./peer_message_ids.ts";

const KINDS: readonly (FrameKind | undefined)[] = Array.from(
  { length: 24 },
  (_, id) => (Object.keys(FRAMES) as FrameKind[]).find((kind) => FRAMES[kind].id === id),
);

/**
 * Looks at the length and id of a message before its body is there.
 *
 * @param length Bytes of the message, its id among them.
 * @throws {WireError} `bad_message` when no message with that id can have that length.
 */
export function checkLength(id: number, length: number): void {
  const kind = KINDS[id];
  if (kind === undefined) return;
  const { least, most }: Frame = FRAMES[kind];
  if (length >= least && length <= most) return;
  const allowed = least === most ? `${least}` : `${least} to ${most}`;
  throw new WireError(
    "bad_message",
    `it sent ${kind} (message ${id}) of ${length} bytes instead of ${allowed}`,
  );
}

/**
 * Reads a message whose length was checked; byte fields are views of `bytes`.
 *
 * @param bytes Where the message stands, and `view` over the same memory from the same place on.
 * @param at The place of its id, `end` the place behind its last byte.
 * @throws {WireError} `bad_message` when its content breaks the rules of its BEP.
 */
export function decodeMessage(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): PeerMessage {
  const id = bytes[at]!;
  const kind = KINDS[id];
  const body = at + 1;
  switch (kind) {
    case undefined:
      return { kind: "ignored", id };
    case "choke":
    case "unchoke":
    case "interested":
    case "not_interested":
    case "have_all":
    case "have_none":
      return { kind };
    case "have":
    case "suggest":
    case "allowed_fast":
      return { kind, piece: view.getUint32(body) };
    case "bitfield":
      return { kind, bits: bytes.subarray(body, end) };
    case "request":
    case "cancel":
    case "reject":
      return {
        kind,
        piece: view.getUint32(body),
        begin: view.getUint32(body + 4),
        length: view.getUint32(body + 8),
      };
    case "piece":
      return {
        kind,
        piece: view.getUint32(body),
        begin: view.getUint32(body + 4),
        data: bytes.subarray(body + 8, end),
      };
    case "port":
      return { kind, port: view.getUint16(body) };
    case "hash_request":
    case "hashes":
    case "hash_reject":
      return decodeHashMessage(kind, bytes.subarray(body, end));
    case "extended":
      return decodeExtended(bytes.subarray(body, end));
    default:
      return kind satisfies never;
  }
}
