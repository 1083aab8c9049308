import type { RecordMerger } from "../../tracker/record_merger.ts";
import type { RegistryRecords } from "../../tracker/registry_records.ts";
import type { SavedRecord } from "../../tracker/store.ts";

/** What a state needs of a registry. */
export interface KeptRegistry
  extends
    Pick<RegistryRecords, "size" | "export" | "import" | "imported" | "known">,
    Partial<Pick<RegistryRecords, "expect" | "importPacked">> {
  /** Brings in what other trackers heard. */
  readonly others: Pick<RecordMerger, "merge" | "merged" | "left" | "departed">;
}

/** A record of all, and whether others may be added before it. */
interface Part {
  readonly record: SavedRecord;
  readonly isFirst: boolean;
}

/**
 * All that a registry knows. What belongs together stays together: so it is in the order in which it
 * was heard.
 *
 * @param isShared Whether other trackers are to read it, who are told of those who left, too.
 * @param now Reads the clock.
 */
export function* wholeRegistry(
  registry: KeptRegistry,
  isShared: boolean,
  now: () => number,
): Generator<Part, void> {
  if (isShared) {
    for (const record of registry.others.departed(now())) yield { record, isFirst: true };
  }
  let name: string | undefined;
  for (const record of registry.export(now)) {
    const isFirst = record.kind === "share" || record.kind === "name" && record.name !== name;
    name = record.kind === "name" ? record.name : undefined;
    yield { record, isFirst };
  }
}
