import { fromHex } from "../base/bytes.ts";
import type { FileState } from "./file_system.ts";

/** The version of what is written here; a journal of another one is not believed. */
export const JOURNAL_VERSION = 1;

/** The state of a file by its number in the torrent; -1 is the side file. */
export type JournalState = readonly [file: number, size: number, mtime: number, id: string];

/** A piece that is on the disk, with its v2 root in hex if the torrent has one. */
export type JournalPiece = readonly [piece: number, root?: string];

/** One line of a journal. */
export type JournalRecord =
  /** The first one. `wanted` tells selections of files apart. */
  | { readonly kind: "begin"; readonly version: number; readonly wanted: string }
  /** A file grows under this name in its folder. */
  | {
    readonly kind: "part";
    readonly file: number;
    readonly name: string;
    readonly id: string;
  }
  /** These pieces are on the disk, and files were left in these states. */
  | {
    readonly kind: "pieces";
    readonly pieces: readonly JournalPiece[];
    readonly states: readonly JournalState[];
  }
  /** These files bear their final names. */
  | { readonly kind: "complete"; readonly states: readonly JournalState[] };

/** Reads a record, or returns undefined when it is none. */
export function readRecord(json: string): JournalRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  switch (fields.kind) {
    case "begin": {
      const { version, wanted } = fields;
      const good = version === JOURNAL_VERSION && typeof wanted === "string";
      return good ? { kind: "begin", version, wanted } : undefined;
    }
    case "part": {
      const { file, name, id } = fields;
      const good = isIndex(file, -1) && typeof name === "string" && typeof id === "string";
      return good ? { kind: "part", file, name, id } : undefined;
    }
    case "pieces": {
      const { pieces, states } = fields;
      const good = Array.isArray(pieces) && pieces.every(isPiece) && isStates(states);
      return good ? { kind: "pieces", pieces, states } : undefined;
    }
    case "complete": {
      const { states } = fields;
      return isStates(states) ? { kind: "complete", states } : undefined;
    }
    default:
      return undefined;
  }
}

/** A file's state as a record has it. */
export function toJournalState(file: number, { size, mtime, id }: FileState): JournalState {
  return [file, size, mtime, id];
}

/** A file's state from a record. */
export function fromJournalState([, size, mtime, id]: JournalState): FileState {
  return { size, mtime, id };
}

function isStates(value: unknown): value is JournalState[] {
  return Array.isArray(value) &&
    value.every((state) =>
      Array.isArray(state) && state.length === 4 && isIndex(state[0], -1) && isIndex(state[1], 0) &&
      typeof state[2] === "number" && typeof state[3] === "string"
    );
}

function isPiece(value: unknown): value is JournalPiece {
  if (!Array.isArray(value) || !isIndex(value[0], 0) || value.length > 2) return false;
  return value.length === 1 || (typeof value[1] === "string" && fromHex(value[1])?.length === 32);
}

function isIndex(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
