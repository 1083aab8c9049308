import { LayerError } from "../base/errors.ts";

/**
 * Why a tracker does not serve a request: limits of the registry, `forbidden` by a list of the
 * tracker's, `unauthorized` without a key that it knows.
 */
export type TrackerErrorCode =
  | "too_fast"
  | "too_many_names"
  | "name_full"
  | "full"
  | "forbidden"
  | "unauthorized";

/** A request that was refused; the message may be read by the peer. */
export class TrackerError extends LayerError<TrackerErrorCode> {
  override readonly name = "TrackerError";

  constructor(code: TrackerErrorCode, message: string) {
    super(code, message, { fault: "remote" });
  }
}
