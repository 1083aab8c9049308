import { dirname } from "node:path";
import { SqliteThread } from "../../disk/sqlite_thread.ts";
import { StoreError } from "../../tracker/store.ts";
import { AppError } from "../errors.ts";
import { type KeptRegistry, TrackerState } from "./tracker_state.ts";
import type { AppContext, StateFile } from "../types.ts";

/**
 * Restores a registry from a file, and keeps it there. Nobody is asked for a permission; a place that
 * nobody named and that cannot be written to means that nothing is kept, which is said once.
 *
 * @param file Absent: nothing is kept, and nothing is said.
 * @throws {AppError} `file_open` when a named place cannot be used, or a file cannot that is there.
 */
export async function openState(
  file: StateFile | undefined,
  registry: KeptRegistry,
  context: AppContext,
): Promise<TrackerState | undefined> {
  if (!file) return undefined;
  const { path, named } = file;
  try {
    checkPermissions(path);
    const store = await SqliteThread.open(path);
    const state = new TrackerState({ store, registry }, context);
    try {
      await state.start();
      return state;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (named || error.code !== "unavailable") {
      const message = `The tracker cannot remember: ${error.message}.`;
      throw new AppError("file_open", message, { cause: error });
    }
    context.log("info", `keeps nothing over a restart: ${error.message}`);
    return undefined;
  }
}

function checkPermissions(path: string): void {
  const folder = dirname(path);
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path: folder }).state === "granted") continue;
    const what = `Deno has no permission to ${name} ${folder}`;
    throw new StoreError("unavailable", `${what}; give it with --allow-${name}=${folder}`);
  }
}
