import { putUint32 } from "../base/bytes.ts";
import { freshBytes } from "../base/slab.ts";
import { encodeExtended } from "./extensions.ts";
import { encodeHashMessage } from "./hash_messages.ts";
import type { PeerMessage } from "./peer_message.ts";
import { EXTENDED_ID, FRAMES, PIECE_HEADER_BYTES } from "./peer_message_ids.ts";

const NO_EXTENSIONS: ReadonlyMap<string, number> = new Map();

/**
 * A message's bytes, its length before it. What it holds is ours, and is not checked.
 *
 * @param remoteIds The ids that the other end gave its extensions (see `learnExtensions`).
 * @returns Undefined when there is nothing to send: an extension that the other end does not know,
 * or `ignored`.
 */
export function encodeMessage(
  message: PeerMessage,
  remoteIds: ReadonlyMap<string, number> = NO_EXTENSIONS,
): Uint8Array | undefined {
  switch (message.kind) {
    case "keep_alive":
      return new Uint8Array(4);
    case "choke":
    case "unchoke":
    case "interested":
    case "not_interested":
    case "have_all":
    case "have_none":
      return frame(FRAMES[message.kind].id, 0);
    case "have":
    case "suggest":
    case "allowed_fast":
      return numbers(FRAMES[message.kind].id, message.piece);
    case "request":
    case "cancel":
    case "reject":
      return numbers(FRAMES[message.kind].id, message.piece, message.begin, message.length);
    case "bitfield":
      return withBody(FRAMES.bitfield.id, message.bits);
    case "piece": {
      const bytes = new Uint8Array(PIECE_HEADER_BYTES + message.data.length);
      encodePieceHeader(message.piece, message.begin, message.data.length, bytes);
      bytes.set(message.data, PIECE_HEADER_BYTES);
      return bytes;
    }
    case "port": {
      const bytes = frame(FRAMES.port.id, 2);
      bytes[5] = message.port >>> 8;
      bytes[6] = message.port;
      return bytes;
    }
    case "hash_request":
    case "hashes":
    case "hash_reject":
      return withBody(FRAMES[message.kind].id, encodeHashMessage(message));
    case "extension_handshake":
    case "metadata_request":
    case "metadata_data":
    case "metadata_reject":
    case "pex":
    case "dont_have":
    case "upload_only": {
      const body = encodeExtended(message, remoteIds);
      return body && withBody(EXTENDED_ID, body);
    }
    case "ignored":
      return undefined;
    default:
      return message satisfies never;
  }
}

/**
 * What stands before the data of a piece message, so that a block can be sent without a copy.
 *
 * @param length Bytes of data that will follow.
 * @param into Where to write it: its first 13 bytes, then the data may stand behind it.
 * @returns `into`.
 */
export function encodePieceHeader(
  piece: number,
  begin: number,
  length: number,
  into: Uint8Array = new Uint8Array(PIECE_HEADER_BYTES),
): Uint8Array {
  putUint32(into, 0, PIECE_HEADER_BYTES - 4 + length);
  into[4] = FRAMES.piece.id;
  putUint32(into, 5, piece);
  putUint32(into, 9, begin);
  return into;
}

function numbers(id: number, ...values: number[]): Uint8Array {
  const bytes = frame(id, 4 * values.length);
  for (let n = 0; n < values.length; n++) putUint32(bytes, 5 + 4 * n, values[n]!);
  return bytes;
}

function withBody(id: number, body: Uint8Array): Uint8Array {
  const bytes = frame(id, body.length);
  bytes.set(body, 5);
  return bytes;
}

/** A message whose body is yet to be written, from byte 5 on. */
function frame(id: number, body: number): Uint8Array {
  const bytes = freshBytes(5 + body);
  putUint32(bytes, 0, 1 + body);
  bytes[4] = id;
  return bytes;
}
