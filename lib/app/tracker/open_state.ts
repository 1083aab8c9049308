import { dirname } from "node:path";
import { parseRedisUrl } from "../../disk/redis_address.ts";
import { RedisStore } from "../../disk/redis_store.ts";
import { SqliteThread } from "../../disk/sqlite_thread.ts";
import { StoreError } from "../../tracker/store.ts";
import { AppError } from "../errors.ts";
import { TrackerState } from "./tracker_state.ts";
import type { AppContext, StateFile, StateServer } from "../types.ts";
import type { KeptRegistry } from "./whole_registry.ts";

/**
 * Restores a registry from a file, and keeps it there; or from a server, and shares it by that with
 * other trackers. Nobody is asked for a permission; a place that nobody named and that cannot be
 * written to means that nothing is kept, which is said once.
 *
 * @param place Absent: nothing is kept, and nothing is said.
 * @throws {AppError} `file_open` when a named place cannot be used, or a file cannot that is there; a
 * server that cannot be reached may be there later.
 */
export async function openState(
  place: StateFile | StateServer | undefined,
  registry: KeptRegistry,
  context: AppContext,
): Promise<TrackerState | undefined> {
  if (!place) return undefined;
  try {
    const state = await stateIn(place, registry, context);
    try {
      await state.start();
      return state;
    } catch (error) {
      await state.abandon();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if ("url" in place || place.named || error.code !== "unavailable") {
      const message = `The tracker cannot remember: ${error.message}.`;
      throw new AppError("file_open", message, { cause: error });
    }
    context.log("info", `keeps nothing over a restart: ${error.message}`);
    return undefined;
  }
}

async function stateIn(
  place: StateFile | StateServer,
  registry: KeptRegistry,
  context: AppContext,
): Promise<TrackerState> {
  if ("url" in place) {
    const store = new RedisStore(parseRedisUrl(place.url));
    return new TrackerState({ store, registry }, context);
  }
  checkPermissions(place.path);
  return new TrackerState({ store: await SqliteThread.open(place.path), registry }, context);
}

function checkPermissions(path: string): void {
  const folder = dirname(path);
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path: folder }).state === "granted") continue;
    const what = `Deno has no permission to ${name} ${folder}`;
    throw new StoreError("unavailable", `${what}; give it with --allow-${name}=${folder}`);
  }
}
