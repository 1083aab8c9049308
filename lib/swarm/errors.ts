import { LayerError } from "../base/errors.ts";

/** Why the engine cannot be built or driven as asked. */
export type SwarmErrorCode = "peer_twice" | "wrong_length";

/** A caller's mistake; what peers do is answered with `close` and never thrown. */
export class SwarmError extends LayerError<SwarmErrorCode> {
  override readonly name = "SwarmError";

  constructor(code: SwarmErrorCode, message: string) {
    super(code, message, { fault: "local" });
  }
}

/** Why the engine closed a connection; the first group breaks rules, the second does not. */
export type CloseCode =
  /** A piece index that the torrent does not have. */
  | "bad_piece"
  /** A bitfield of the wrong length or with spare bits set. */
  | "bad_bitfield"
  /** A request that lies outside its piece, or is too long. */
  | "bad_request"
  /** A message that BEP 6 allows only where both ends know it. */
  | "not_fast"
  /** Data, a rejection or hashes that nobody asked for. */
  | "unsolicited"
  /** More requests than may wait. */
  | "flood"
  /** Blocks, hashes or metadata that a proof tells to be wrong. */
  | "false_data"
  | "banned"
  /** It is us. */
  | "self"
  /** The same peer is connected already. */
  | "duplicate"
  /** No room for another connection, or for another from that address. */
  | "full"
  /** Nothing came for too long. */
  | "idle"
  /** Neither end can want anything of the other. */
  | "no_use"
  /** Another tracker tells of a private torrent now. */
  | "other_tracker";
