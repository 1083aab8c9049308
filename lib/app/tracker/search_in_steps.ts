import { LOOKED_AT } from "../../tracker/share_finder.ts";
import type { FoundShares, ListedShare } from "../../tracker/share_types.ts";

/** Shares that are looked at in one step: it takes about a millisecond. */
const STEP = 500;

/** Which part of a list is wanted; `look` at so many shares, at most. */
export interface SearchPage {
  readonly after: number;
  readonly most: number;
  readonly look?: number;
}

/**
 * Looks for shares a little with each step, at as many of them as one answer may.
 *
 * @param read Reads a part of a list; `next` is where the next one begins.
 */
export function* searchInSteps(
  read: (page: SearchPage) => FoundShares<ListedShare>,
  after: number,
  most: number,
): Generator<void, FoundShares<ListedShare>> {
  const found: ListedShare[] = [];
  let from = after;
  for (let looked = 0; looked < LOOKED_AT; looked += STEP) {
    const { shares, next } = read({ after: from, most: most - found.length, look: STEP });
    found.push(...shares);
    if (next === undefined) return { shares: found };
    from = next;
    if (found.length === most) break;
    yield;
  }
  return { shares: found, next: from };
}
