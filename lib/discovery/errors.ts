import { LayerError } from "../base/errors.ts";

/** What can go wrong when peers are looked for. */
export type DiscoveryErrorCode =
  /** No URL of a tracker that we can ask. */
  | "bad_url"
  /** A place that we do not go to. */
  | "forbidden"
  | "unreachable"
  | "timeout"
  /** It answered, and said no. */
  | "refused"
  | "bad_answer";

/** What {@linkcode DiscoveryError} carries beside its code and message. */
export interface DiscoveryErrorOptions {
  cause?: unknown;
  /** Milliseconds in which the tracker does not want to be asked again; Infinity: never. */
  retryMs?: number;
}

/** A tracker that could not be asked, or gave no answer to go by; the message is safe to print. */
export class DiscoveryError extends LayerError<DiscoveryErrorCode> {
  override readonly name = "DiscoveryError";
  readonly retryMs: number | undefined;

  constructor(code: DiscoveryErrorCode, message: string, options: DiscoveryErrorOptions = {}) {
    const { cause, retryMs } = options;
    super(code, message, { cause, fault: code === "bad_url" ? "local" : "remote" });
    this.retryMs = retryMs;
  }
}
