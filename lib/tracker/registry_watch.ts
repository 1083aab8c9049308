import type { ShareAnnounce, SwarmCounts } from "./share_types.ts";

/** Who is told of all that a registry has taken; times are monotonic milliseconds. */
export interface RegistryWatch {
  /**
   * @param counts Those of the share after it.
   * @param ttl The peer is gone after so many milliseconds.
   */
  announced(announce: ShareAnnounce, counts: SwarmCounts, now: number, ttl: number): void;
  /** Of the original protocol. */
  registered(name: string, host: string, port: number, now: number): void;
}
