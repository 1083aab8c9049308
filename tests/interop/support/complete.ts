import type { Download, Seed } from "./agent.ts";

/**
 * Waits until a download is complete.
 *
 * @param others Whose words are told, too, when it fails.
 */
export async function complete(download: Download, ...others: readonly Seed[]): Promise<void> {
  try {
    await download.done;
  } catch (error) {
    const logs = others.map(({ log }) => `\n${log}`);
    throw new Error(`${error instanceof Error ? error.message : error}${logs.join("")}`);
  }
}
