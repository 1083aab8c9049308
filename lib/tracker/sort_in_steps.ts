/** Numbers that are sorted or merged in one step, so that it takes well under a millisecond. */
const STEP = 1_024;

/**
 * Sorts, a little with each step, so that other work can be done in between; equals stay in their
 * order.
 *
 * @param items Is sorted; other code leaves it alone until then.
 * @param compare As for `Array.sort`.
 */
export function* sortInSteps(
  items: Uint32Array,
  compare: (one: number, other: number) => number,
): Generator<void, Uint32Array> {
  for (let at = 0; at < items.length; at += STEP) {
    const part = [...items.subarray(at, at + STEP)].sort(compare);
    items.set(part, at);
    yield;
  }
  let [from, to]: [Uint32Array, Uint32Array] = [items, new Uint32Array(items.length)];
  for (let run = STEP; run < items.length; run *= 2) {
    for (let start = 0; start < items.length; start += 2 * run) {
      yield* merge({ from, to, start, run }, compare);
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Merges two sorted runs, of which the second may be short or missing. */
function* merge(
  { from, to, start, run }: { from: Uint32Array; to: Uint32Array; start: number; run: number },
  compare: (one: number, other: number) => number,
): Generator<void, void> {
  const middle = Math.min(start + run, from.length);
  const end = Math.min(start + 2 * run, from.length);
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    const first = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
    to[at] = first ? from[left++]! : from[right++]!;
    if (at % STEP === 0) yield;
  }
}
