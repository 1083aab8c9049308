/** Peers of an answer, to be read at once: no object is made for each. */
export interface PeerList {
  readonly count: number;
  /** For each its address as one number, or 0 when that is not an IPv4 one. */
  readonly addresses: Uint32Array;
  /** For each its port, and {@linkcode LISTED_SEED} if it has everything. */
  readonly ports: Uint32Array;
  /** The address as text. */
  host(at: number): string;
}

/** A bit above those of a port. */
export const LISTED_SEED = 1 << 16;
