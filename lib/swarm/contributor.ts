import type { PeerId } from "../base/ids.ts";

/** Who sent a block; outlives the connection, so that it can be blamed afterwards. */
export interface Contributor {
  readonly host: string;
  readonly id: PeerId;
  /** Bad pieces that it had a part in and that nobody was found guilty of. */
  sharedBlame: number;
}
