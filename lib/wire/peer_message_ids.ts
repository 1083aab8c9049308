import { HASH_REQUEST_BYTES, MAX_HASHES_BYTES } from "./hash_messages.ts";

/**
 * The longest message that we take, its id among it: the bitfield of 2^21 pieces, or 256 KiB behind
 * the longest fixed part. What claims to be longer is refused before any of it is kept.
 */
export const MAX_MESSAGE = 256 * 1024 + 13;

/** The most data of a piece message; others ask for 16 KiB, a few for up to this. */
export const MAX_BLOCK = 128 * 1024;

/** Bytes of a piece message before its data: length, id, piece, begin. */
export const PIECE_HEADER_BYTES = 13;

/** The id of all extension messages (BEP 10). */
export const EXTENDED_ID = 20;

/** How a kind of message looks on the wire; lengths in bytes, the id included. */
export interface Frame {
  readonly id: number;
  readonly least: number;
  readonly most: number;
}

/** Every message with an id of its own (BEP 3, 5, 6, 10, 52); `extended` holds many kinds. */
export const FRAMES = {
  choke: exactly(0, 0),
  unchoke: exactly(1, 0),
  interested: exactly(2, 0),
  not_interested: exactly(3, 0),
  have: exactly(4, 4),
  /** The length that fits depends on how many pieces there are. */
  bitfield: { id: 5, least: 1, most: MAX_MESSAGE },
  request: exactly(6, 12),
  piece: { id: 7, least: 10, most: 9 + MAX_BLOCK },
  cancel: exactly(8, 12),
  port: exactly(9, 2),
  suggest: exactly(13, 4),
  have_all: exactly(14, 0),
  have_none: exactly(15, 0),
  reject: exactly(16, 12),
  allowed_fast: exactly(17, 4),
  extended: { id: EXTENDED_ID, least: 2, most: MAX_MESSAGE },
  hash_request: exactly(21, HASH_REQUEST_BYTES),
  hashes: { id: 22, least: 1 + HASH_REQUEST_BYTES, most: 1 + MAX_HASHES_BYTES },
  hash_reject: exactly(23, HASH_REQUEST_BYTES),
} satisfies Record<string, Frame>;

/** The kinds of {@linkcode FRAMES}. */
export type FrameKind = keyof typeof FRAMES;

function exactly(id: number, body: number): Frame {
  return { id, least: 1 + body, most: 1 + body };
}
