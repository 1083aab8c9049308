import { DiskError } from "../disk/errors.ts";
import type { DiskPause } from "./disk_pause.ts";
import type { OpenedStorage } from "./open_storage.ts";
import { sleep } from "./sleep.ts";

/** What could not be brought to the disk is tried again after so long. */
const RETRY_MS = 3_000;

/** What the disk lost after all is waited for again after so long. */
const LOST_MS = 100;

/**
 * Brings a download to the disk in whole and gives it its names, once all pieces have come.
 *
 * @returns False, after a while, when it has to be tried again: the disk is full or fails, or has lost
 * a piece.
 * @throws {DiskError} `exists`, `contradiction`: trying again does not help.
 */
export async function finishStorage(
  { storage, wantedPieces }: Pick<OpenedStorage, "storage" | "wantedPieces">,
  pause: DiskPause,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await storage.flush();
    if ([...wantedPieces].every((piece) => storage.have.has(piece))) {
      await storage.finish();
      pause.succeeded();
      return true;
    }
    await sleep(LOST_MS, signal);
  } catch (error) {
    const passes = error instanceof DiskError && (error.code === "full" || error.code === "write");
    if (!passes) throw error;
    pause.failed(error);
    await sleep(RETRY_MS, signal);
  }
  return false;
}
