/** Peers of an answer, read one by one where they are kept: no object is made for each. */
export interface PeerList {
  readonly count: number;
  /** The address as one number; -1: it is not an IPv4 one. */
  ipv4(at: number): number;
  /** The address as text. */
  host(at: number): string;
  port(at: number): number;
  /** Whether it has everything. */
  isSeed(at: number): boolean;
}
