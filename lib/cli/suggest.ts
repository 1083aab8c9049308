/** How many single edits (insert, delete, replace, swap of neighbours) lead from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/**
 * The known word that a person most likely meant.
 *
 * @returns The nearest of `known`, or undefined when none is near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.slice(0, 64).toLowerCase();
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const begins = lower.length >= 2 && name.startsWith(lower);
    const distance = begins ? 0.5 : editDistance(lower, name);
    if (distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  const most = lower.length <= 3 ? 1 : lower.length <= 5 ? 2 : 3;
  return best && best.distance <= most ? best.name : undefined;
}
