/** A source of chance; handed in, so that a seeded one can replay a whole swarm. */
export interface Random {
  /** The next number, evenly from 0 to below 1. */
  next(): number;
}

/** A whole number, evenly from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

/** Puts a list into random order, in place. */
export function shuffle<T>(random: Random, list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = below(random, at + 1);
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
  return list;
}
