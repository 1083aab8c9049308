import type { SavedRecord } from "../../tracker/store.ts";

/** A record with its times on another clock. @param offset That clock less this one, milliseconds. */
export function inTime(record: SavedRecord, offset: number): SavedRecord {
  switch (record.kind) {
    case "share":
      return { ...record, firstSeen: record.firstSeen + offset, seen: record.seen + offset };
    case "peer":
    case "name":
    case "completed":
      return { ...record, seen: record.seen + offset };
    case "left":
      return record.seen === undefined ? record : { ...record, seen: record.seen + offset };
    default:
      return record satisfies never;
  }
}
