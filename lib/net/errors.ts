import { LayerError, type LayerErrorOptions } from "../base/errors.ts";

/** What can go wrong with a socket. */
export type NetErrorCode = "bind" | "connect" | "timeout" | "reset" | "aborted" | "tls";

/** A socket that could not be opened, or that failed. */
export class NetError extends LayerError<NetErrorCode> {
  override readonly name = "NetError";

  constructor(code: NetErrorCode, message: string, options?: LayerErrorOptions) {
    super(code, message, options);
  }
}
