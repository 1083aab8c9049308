import { sleep } from "./sleep.ts";
import type { SwarmDownloadOptions } from "./swarm_types.ts";
import type { AppContext } from "./types.ts";

/** How often it is looked whether that is so. */
const LOOK_MS = 100;

/**
 * Waits until a download that is complete has been shared for as much or as long as a person wants.
 *
 * @param size Bytes of what is wanted of it.
 * @param uploaded Bytes that were sent so far.
 * @param signal Ends the wait, as the context's does.
 */
export async function sharedEnough(
  { ratio, seedTimeMs }: Pick<SwarmDownloadOptions, "ratio" | "seedTimeMs">,
  size: number,
  uploaded: () => number,
  context: AppContext,
  signal: AbortSignal,
): Promise<void> {
  const from = context.clock.now();
  while (!context.signal?.aborted && !signal.aborted) {
    if (ratio !== undefined && uploaded() >= ratio * size) return;
    if (seedTimeMs !== undefined && context.clock.now() - from >= seedTimeMs) return;
    await sleep(LOOK_MS, signal);
  }
}
