import { trackerHere } from "../../support/in_process.ts";
import { PATIENCE_MS } from "./child.ts";

/** A tracker of ours in this process, which namespaces reach, too, and how it is named. */
export async function ourTracker() {
  const tracker = await trackerHere({ host: "0.0.0.0", httpPort: 0 });
  return Object.assign(tracker, {
    line: `tcp://127.0.0.1:${tracker.port}`,
    url: (protocol: string) => `${protocol}://127.0.0.1:${tracker.httpPort}/announce`,
    /** Waits until so many announced, whichever door they came through. */
    async announced(peers: number): Promise<void> {
      const deadline = performance.now() + PATIENCE_MS;
      while (tracker.snapshot().peers < peers) {
        if (performance.now() > deadline) {
          throw new Error(`${tracker.snapshot().peers} peers announced`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  });
}
