import type { PackedPeer } from "../../tracker/packed_peer.ts";
import { eachRecord } from "../../tracker/read_records.ts";
import type { RegistryStore, SavedRecord } from "../../tracker/store.ts";
import type { KeptRegistry } from "./whole_registry.ts";

/**
 * Hands a registry all that is in a store.
 *
 * @param now Monotonic milliseconds, and `wall` the time of day.
 * @returns Whether the time of day went back since something was saved: no time counts as passed
 * then, since it could be any, and nobody may stay for longer.
 * @throws {StoreError} `damaged` or `failed`.
 */
export async function restore(
  store: RegistryStore,
  registry: KeptRegistry,
  { now, wall }: { readonly now: number; readonly wall: number },
): Promise<boolean> {
  const { savedAt = 0 } = store;
  const offset = Math.max(wall, savedAt) - now;
  registry.expect?.(store.records);
  const take = {
    record: (record: SavedRecord) => registry.import(record, now),
    packed: (peer: PackedPeer) => registry.importPacked?.(peer, now) ?? false,
  };
  for await (const batch of store.load()) eachRecord(batch, -offset, take);
  return wall < savedAt;
}
