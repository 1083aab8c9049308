/** A saved peer as it stands among the bytes of a batch; the object is used for the next one again. */
export interface PackedPeer {
  /** The bytes that its hash and its id are part of. */
  bytes: Uint8Array;
  /** Where the 20 bytes of the hash begin; it is the only one. */
  hashAt: number;
  /** Where the 20 bytes of the id begin. */
  idAt: number;
  /** Its IPv4 address as one number. */
  ipv4: number;
  port: number;
  seed: boolean;
  /** Undefined: it does not tell. */
  classic: boolean | undefined;
  /** Milliseconds, on the clock of the registry. */
  seen: number;
  ttl: number;
}
