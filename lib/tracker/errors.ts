import { LayerError } from "../base/errors.ts";

/** Why the registry does not take a registration. */
export type TrackerErrorCode = "too_fast" | "too_many_names" | "name_full" | "full";

/** A registration that was refused; the message may be read by the peer. */
export class TrackerError extends LayerError<TrackerErrorCode> {
  override readonly name = "TrackerError";

  constructor(code: TrackerErrorCode, message: string) {
    super(code, message, { fault: "remote" });
  }
}
