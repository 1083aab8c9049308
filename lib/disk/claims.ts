import { fromHex } from "../base/bytes.ts";
import type { Layout } from "../meta/layout.ts";
import type { FileState } from "./file_system.ts";
import { fromJournalState, type JournalRecord } from "./journal_record.ts";
import { SIDE } from "./side_map.ts";

/** A part file's name and which file it was. */
export interface ClaimedPart {
  readonly name: string;
  readonly id: string;
}

/** What a journal claims; all of it is checked against what lies there. */
export class Claims {
  /** Pieces that are on the disk, with their v2 roots. */
  readonly pieces = new Map<number, Uint8Array | undefined>();
  /** By file, its part file. */
  readonly parts = new Map<number, ClaimedPart>();
  /** By file, the state in which its part file was left. */
  readonly states = new Map<number, FileState>();
  /** Files that bear their final names, and their states. */
  readonly complete = new Map<number, FileState>();
  /** A side file that was kept for another selection of files. */
  readonly staleSide: ClaimedPart | undefined;

  /**
   * @param records As they were written; what makes no sense for this torrent is passed over.
   * @param selection Which files are wanted now. Claims that another selection made of pieces of
   * several files count for nothing: parts of these were in a side file.
   */
  constructor(records: readonly JournalRecord[], selection: string, layout: Layout, files: number) {
    const [begin, ...rest] = records;
    if (begin?.kind !== "begin") return;
    const isFile = (file: number) => file >= SIDE && file < files;
    for (const record of rest) {
      switch (record.kind) {
        case "begin":
          break;
        case "part":
          if (isFile(record.file)) this.parts.set(record.file, record);
          break;
        case "pieces":
          for (const [piece, root] of record.pieces) {
            if (layout.pieceIndex(piece) === undefined) continue;
            this.pieces.set(piece, root === undefined ? undefined : fromHex(root));
          }
          for (const state of record.states) {
            if (isFile(state[0])) this.states.set(state[0], fromJournalState(state));
          }
          break;
        case "complete":
          for (const state of record.states) {
            if (isFile(state[0])) this.complete.set(state[0], fromJournalState(state));
          }
          break;
        default:
          record satisfies never;
      }
    }
    if (begin.wanted === selection) return;
    this.staleSide = this.parts.get(SIDE);
    this.parts.delete(SIDE);
    this.states.delete(SIDE);
    for (const piece of [...this.pieces.keys()]) {
      if (layout.segments(piece, 0, layout.pieceSize(piece)).length > 1) this.pieces.delete(piece);
    }
  }
}
