import { createHash, type Hash } from "node:crypto";
import { ClassicChecksum } from "../meta/classic_checksum.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import { sha256Into, writeHex } from "../meta/digest.ts";
import { diskError } from "./errors.ts";
import type { FileHandle, FileState, FileSystem } from "./file_system.ts";
import { nodeOver } from "./piece_node.ts";
import { BLANK_LEAF, feedZeros, isBlank, zerosSha1 } from "./zeros.ts";

/** Bytes of a read: they stay in the processor's cache while they are hashed twice. */
const READ_LENGTH = 256 * 1024;

/** The buffer of a job that has ended: one made for each would wait long for the garbage collector. */
let spare: Uint8Array | undefined;

/** Some bytes of a file and where they lie in the range that a job hashes. */
export interface JobSegment {
  /** Which of the job's paths. */
  readonly path: number;
  /** Bytes from the file's start. */
  readonly offset: number;
  readonly length: number;
  /** Bytes from the start of the job's range. What no segment covers is padding, zeros. */
  readonly at: number;
  /** Bytes of the whole file. */
  readonly fileLength: number;
}

/** Whole pieces, one after the other, to be hashed in one pass over the files. */
export interface PieceJob {
  readonly kind: "pieces";
  readonly paths: readonly string[];
  /** In order of `at`, none over another. */
  readonly segments: readonly JobSegment[];
  readonly pieceLength: number;
  /** Bytes of the range; only its last piece may be short. */
  readonly length: number;
  /** SHA-1 of each piece, padding included (BEP 3, "pieces"; BEP 47). */
  readonly sha1: boolean;
  /** SHA-256 of each block and roots over them (BEP 52); every segment begins a piece then. */
  readonly sha256: boolean;
  /** The classic checksum of each segment; they begin at multiples of 1,024 bytes of a file. */
  readonly checksum: boolean;
  /** A piece that cannot be read is told in `unread`; otherwise the job fails. */
  readonly lenient: boolean;
}

/** What a job found. */
export interface PieceJobResult {
  /** 20 bytes a piece. */
  readonly sha1?: Uint8Array<ArrayBuffer>;
  /** 32 bytes a block of data, in the order of the segments. */
  readonly leaves?: Uint8Array<ArrayBuffer>;
  /**
   * 32 bytes a piece: the root over its blocks, as it stands in a piece layer, or the root of a
   * file that is one piece or less. Zeros for a piece without data.
   */
  readonly roots?: Uint8Array<ArrayBuffer>;
  /** `ClassicChecksum.fingerprint()` of each segment. */
  readonly checksums?: readonly string[];
  /** The state of each path once it was read; absent when it could not be opened. */
  readonly states: readonly (FileState | undefined)[];
  /** Pieces of the range that could not be read to their end. */
  readonly unread: readonly number[];
}

/**
 * Does a job, a read at a time.
 *
 * @returns Yields how many bytes were hashed since it yielded last.
 * @throws {DiskError} `open`, `read`, or `changed` when a file is shorter than the job says; never
 * when it is lenient.
 */
export function* runPieceJob(job: PieceJob, files: FileSystem): Generator<number, PieceJobResult> {
  using run = new PieceRun(job, files);
  for (const segment of job.segments) yield* run.segment(segment);
  return run.end();
}

class PieceRun {
  readonly #job: PieceJob;
  readonly #files: FileSystem;
  readonly #buffer: Uint8Array;
  readonly #sha1: Uint8Array<ArrayBuffer>;
  readonly #leaves: Uint8Array<ArrayBuffer>;
  readonly #roots: Uint8Array<ArrayBuffer>;
  readonly #checksums: string[] = [];
  readonly #states: (FileState | undefined)[] = [];
  readonly #unread = new Set<number>();
  /** The piece that is being hashed; absent as long as it is all zeros. */
  #piece: Hash | undefined;
  /** Bytes of the range that were taken for the SHA-1 of their pieces. */
  #at = 0;
  #leaf = 0;
  #file: FileHandle | undefined;
  #path = -1;

  constructor(job: PieceJob, files: FileSystem) {
    this.#job = job;
    this.#files = files;
    this.#buffer = spare ?? new Uint8Array(READ_LENGTH);
    spare = undefined;
    const pieces = Math.ceil(job.length / job.pieceLength);
    const blocks = job.segments.reduce(
      (sum, { length }) => sum + Math.ceil(length / BLOCK_LENGTH),
      0,
    );
    this.#sha1 = new Uint8Array(job.sha1 ? 20 * pieces : 0);
    this.#leaves = new Uint8Array(job.sha256 ? 32 * blocks : 0);
    this.#roots = new Uint8Array(job.sha256 ? 32 * pieces : 0);
  }

  *segment(segment: JobSegment): Generator<number> {
    this.#zeros(segment.at);
    const checksum = new ClassicChecksum();
    const firstLeaf = this.#leaf;
    const end = segment.offset + segment.length;
    for (let offset = segment.offset; offset < end;) {
      const data = this.#buffer.subarray(0, Math.min(READ_LENGTH, end - offset));
      if (!this.#read(segment.path, data, offset)) {
        this.#skip(segment.at + offset - segment.offset, segment.at + segment.length);
        break;
      }
      if (this.#job.checksum) checksum.update(data);
      if (isBlank(data)) {
        this.#zeros(this.#at + data.length);
        this.#blankBlocks(data);
      } else {
        this.#update(data);
        this.#hashBlocks(data);
      }
      offset += data.length;
      yield data.length;
    }
    if (this.#job.checksum) this.#checksums.push(checksum.fingerprint());
    this.#leaf = firstLeaf + Math.ceil(segment.length / BLOCK_LENGTH);
    if (this.#job.sha256) this.#segmentRoots(segment, firstLeaf);
  }

  end(): PieceJobResult {
    this.#zeros(this.#job.length);
    if (this.#job.sha1 && this.#at % this.#job.pieceLength !== 0) this.#endPiece();
    this.#endFile();
    const { sha1, sha256, checksum } = this.#job;
    return {
      ...(sha1 ? { sha1: this.#sha1 } : {}),
      ...(sha256 ? { leaves: this.#leaves, roots: this.#roots } : {}),
      ...(checksum ? { checksums: this.#checksums } : {}),
      states: this.#states,
      unread: [...this.#unread].sort((a, b) => a - b),
    };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Closes, and gives the buffer back. */
  [Symbol.dispose](): void {
    this.close();
    spare = this.#buffer;
  }

  /** @returns Whether all of it was read. */
  #read(path: number, into: Uint8Array, offset: number): boolean {
    const name = this.#job.paths[path]!;
    try {
      this.#open(path);
      if (!this.#file) return false;
      if (this.#file.read(into, offset) === into.length) return true;
    } catch (error) {
      if (this.#job.lenient) return false;
      throw diskError(this.#file ? "read" : "open", this.#file ? "read" : "open", name, error);
    }
    if (this.#job.lenient) return false;
    throw diskError("changed", "read", name, new Error("it shrank meanwhile"));
  }

  #open(path: number): void {
    if (this.#path === path) return;
    this.#endFile();
    this.#path = path;
    this.#file = this.#files.open(this.#job.paths[path]!, "read");
  }

  /** The state is taken after the last read, so it tells of a change before or during it. */
  #endFile(): void {
    if (this.#file) this.#states[this.#path] = this.#file.state();
    this.close();
  }

  #skip(from: number, to: number): void {
    const { pieceLength } = this.#job;
    for (let at = from; at < to; at += pieceLength) this.#unread.add(Math.floor(at / pieceLength));
    this.#unread.add(Math.floor((to - 1) / pieceLength));
    this.#zeros(to);
  }

  /** Pieces of holes are not hashed again and again: a sparse file is mostly that. */
  #zeros(to: number): void {
    if (!this.#job.sha1) return;
    while (this.#at < to) {
      const left = this.#job.pieceLength - this.#at % this.#job.pieceLength;
      const count = Math.min(left, to - this.#at);
      if (this.#piece) feedZeros(this.#piece, count);
      this.#at += count;
      if (count === left) this.#endPiece();
    }
  }

  #update(data: Uint8Array): void {
    const { pieceLength, sha1 } = this.#job;
    if (!sha1) return;
    for (let from = 0; from < data.length;) {
      const done = this.#at % pieceLength;
      const part = data.subarray(from, from + pieceLength - done);
      if (!this.#piece) {
        this.#piece = createHash("sha1");
        feedZeros(this.#piece, done);
      }
      this.#piece.update(part);
      this.#at += part.length;
      from += part.length;
      if (this.#at % pieceLength === 0) this.#endPiece();
    }
  }

  #endPiece(): void {
    const { pieceLength } = this.#job;
    const piece = Math.ceil(this.#at / pieceLength) - 1;
    const digest = this.#piece?.digest("hex") ?? zerosSha1(this.#at - piece * pieceLength);
    writeHex(digest, this.#sha1, 20 * piece);
    this.#piece = undefined;
  }

  #blankBlocks(data: Uint8Array): void {
    if (!this.#job.sha256) return;
    for (let left = data.length; left > 0; left -= BLOCK_LENGTH) {
      if (left < BLOCK_LENGTH) return this.#hashBlocks(data.subarray(data.length - left));
      this.#leaves.set(BLANK_LEAF, 32 * this.#leaf++);
    }
  }

  #hashBlocks(data: Uint8Array): void {
    if (!this.#job.sha256) return;
    for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
      sha256Into(data.subarray(at, at + BLOCK_LENGTH), this.#leaves, 32 * this.#leaf++);
    }
  }

  #segmentRoots(segment: JobSegment, firstLeaf: number): void {
    const { pieceLength } = this.#job;
    const width = pieceLength / BLOCK_LENGTH;
    const leaves = this.#leaves.subarray(32 * firstLeaf, 32 * this.#leaf);
    for (let at = 0; at * 32 < leaves.length; at += width) {
      const blocks = leaves.subarray(32 * at, 32 * (at + width));
      const root = nodeOver(blocks, segment.fileLength > pieceLength ? width : 0);
      this.#roots.set(root, 32 * (segment.at / pieceLength + at / width));
    }
  }
}
