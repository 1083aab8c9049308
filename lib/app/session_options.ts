import type { DiskError } from "../disk/errors.ts";
import type { SwarmOptions } from "../swarm/types.ts";
import type { SessionContent } from "./session_disk.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";
import type { Throttle } from "./throttle.ts";
import type { Encryption } from "./types.ts";

/** What a `SwarmSession` is made of. */
export interface SessionOptions {
  readonly identity: SwarmIdentity;
  readonly swarm: SwarmOptions;
  /** Absent while only the info-hash is known. */
  readonly content?: SessionContent;
  readonly up: readonly Throttle[];
  readonly down: readonly Throttle[];
  /** Default: what the other end wants. */
  readonly encryption?: Encryption;
  /** Meets nobody but those that a person named, until `letIn`. */
  readonly onlyNamed?: boolean;
}

/** Told of what the swarm comes to. */
export interface SessionEvents {
  /** The metadata has arrived; to be answered with `SwarmSession.input`. */
  onMetadata?(bytes: Uint8Array): void;
  onHave?(piece: number): void;
  onComplete?(): void;
  /** The disk failed; what was asked of it is asked again later. */
  onDiskError?(error: DiskError): void;
  /** Something went wrong that is a mistake of this program. */
  onMistake(error: unknown): void;
}
