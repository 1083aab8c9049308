import { turn } from "./turn.ts";

/** So long all other work waits at most for a slice of a long one. */
const SLICE_MS = 2;

/**
 * Does a long work in slices, between which requests are served.
 *
 * @param now Reads the clock: monotonic milliseconds.
 * @throws The reason of the signal, once that is aborted.
 */
export async function inSlices<T>(
  steps: Generator<void, T>,
  now: () => number,
  signal: AbortSignal,
): Promise<T> {
  for (let since = now();;) {
    signal.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
    if (now() - since < SLICE_MS) continue;
    await turn();
    since = now();
  }
}
