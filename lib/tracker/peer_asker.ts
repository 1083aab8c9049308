import type { Families } from "./share_types.ts";
import { PART, type Part } from "./swarm_lists.ts";

/** Who asks for peers; `left` 0: it has everything. */
export interface PeerAsker {
  readonly host: string;
  readonly port: number;
  readonly left: number;
  readonly families?: Families;
}

/** Of which parts of a swarm's list an asker is told: from the first to the last of them. */
export function partsFor({ left, families = "both" }: PeerAsker): [first: Part, last: Part] {
  const seed = left === 0;
  const first = seed ? PART.leecher4 : PART.classic4;
  const last = seed ? PART.leecher6 : PART.classic6;
  switch (families) {
    case "both":
      return [first, last];
    case "ipv4":
      return [first, PART.leecher4];
    case "ipv6":
      return [PART.leecher6, last];
    default:
      return families satisfies never;
  }
}
