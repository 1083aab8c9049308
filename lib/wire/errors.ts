import { LayerError } from "../base/errors.ts";

/** What can be wrong with bytes from the network. */
export type WireErrorCode =
  | "line_too_long"
  | "bad_header"
  | "bad_reply"
  | "truncated"
  | "bad_handshake"
  | "bad_encryption"
  | "bad_message";

/** Bytes that break a protocol's rules; the fault is always the other end's. */
export class WireError extends LayerError<WireErrorCode> {
  override readonly name = "WireError";

  constructor(code: WireErrorCode, message: string) {
    super(code, message, { fault: "remote" });
  }
}
