import { Layout } from "../meta/layout.ts";
import { layerRoot } from "../meta/merkle_hash.ts";
import { paddingAfter } from "../meta/padding.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import type { Content, ContentFile } from "./content.ts";
import { addFingerprints } from "./checksum_parts.ts";
import { DiskError } from "./errors.ts";
import { type FileState, type FileSystem, sameState } from "./file_system.ts";
import { HashPool } from "./hash_pool.ts";
import { type HashedRange, hashPieces } from "./piece_hasher.ts";

/** Content up to so many bytes is hashed in this thread: others would take longer to start. */
const SMALL = 1024 * 1024;

/** A file of a share and its hashes. */
export interface HashedFile extends ContentFile {
  /** BEP 52, "pieces root", 32 bytes; absent for an empty file. */
  readonly root?: Uint8Array;
  /** BEP 52, "piece layers", 32 bytes a piece; for files of more than one piece. */
  readonly layer?: Uint8Array;
  /** SHA-256 of each block, 32 bytes each, if asked for; none for an empty file. */
  readonly leaves?: Uint8Array;
  /** SHA-256 of the whole file, 64 lower-case hex digits, if asked for. */
  readonly sha256?: string;
  /** `ClassicChecksum.fingerprint()` of the whole file, if asked for. */
  readonly fingerprint?: string;
}

/** A share with all that a hybrid torrent of it says; `buildTorrent` takes it as it is. */
export interface HashedContent extends Content {
  readonly pieceLength: number;
  readonly files: readonly HashedFile[];
  /** BEP 3, "pieces": 20 bytes a piece, over piece space with padding (BEP 47). */
  readonly v1Pieces: Uint8Array;
}

/** How content is hashed. */
export interface HashOptions {
  /** Bytes of a piece; a power of two, at least 16 KiB. */
  readonly pieceLength: number;
  /** Keep the hash of every block: 2 MiB for 1 GiB. */
  readonly leaves?: boolean;
  /** SHA-256 of whole files; costs about half as much again. */
  readonly sha256?: boolean;
  readonly checksum?: boolean;
  /** Threads; 0: in this one. Default: one for each core. */
  readonly workers?: number;
  readonly files?: FileSystem;
  /** Called with bytes done and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads every file once (twice with `sha256`), on all cores, and hashes it for a hybrid torrent:
 * each file begins a piece, and what is left of the last piece of a file is zeros, unless it is the
 * only file (BEP 47; BEP 52, "Upgrade path").
 *
 * @throws {DiskError} `open`, `read`, or `changed` when a file is no longer what `readContent` found.
 * @throws The signal's reason.
 */
export async function hashContent(content: Content, options: HashOptions): Promise<HashedContent> {
  options.signal?.throwIfAborted();
  const workers = content.size <= SMALL ? 0 : options.workers;
  using pool = new HashPool({ ...options, workers });
  const hashing = new ContentHashing(content, options);
  const results = await Promise.allSettled([hashing.wholeFiles(pool), hashing.pieces(pool)]);
  options.signal?.throwIfAborted();
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return hashing.result();
}

/** The piece space of a hybrid torrent of files of these lengths. */
export function hybridLayout(lengths: readonly number[], pieceLength: number): Layout {
  let span = 0;
  const files = lengths.map((length) => {
    const offset = span;
    span += length + paddingAfter(length, pieceLength, lengths.length);
    return { offset, length };
  });
  const pieceCount = Math.ceil(span / pieceLength);
  return new Layout({ pieceLength, pieceCount, span, files, v1: {} });
}

class ContentHashing {
  readonly #content: Content;
  readonly #options: HashOptions;
  readonly #layout: Layout;
  readonly #pieces: Uint8Array;
  /** By file: piece layers, or for a file of one piece its root. */
  readonly #roots: Uint8Array[];
  readonly #leaves: Uint8Array[] = [];
  readonly #fingerprints: (string[])[] = [];
  readonly #sha256: string[] = [];
  readonly #onBytes: (bytes: number) => void;

  constructor(content: Content, options: HashOptions) {
    this.#content = content;
    this.#options = options;
    const { pieceLength } = options;
    const lengths = content.files.map(({ length }) => length);
    this.#layout = hybridLayout(lengths, pieceLength);
    this.#pieces = new Uint8Array(20 * this.#layout.pieceCount);
    const room = (length: number, unit: number) => new Uint8Array(32 * Math.ceil(length / unit));
    this.#roots = lengths.map((length) => room(length, pieceLength));
    if (options.leaves) this.#leaves = lengths.map((length) => room(length, BLOCK_LENGTH));
    const total = content.size * (options.sha256 ? 2 : 1);
    let done = 0;
    this.#onBytes = (bytes) => options.onProgress?.(done += bytes, total);
  }

  async wholeFiles(pool: HashPool): Promise<void> {
    if (!this.#options.sha256) return;
    for (const [file, { location, length, state }] of this.#content.files.entries()) {
      const found = await pool.run({ kind: "file", path: location, length }, this.#onBytes);
      this.#check(file, state, found.state);
      this.#sha256[file] = found.sha256;
    }
  }

  pieces(pool: HashPool): Promise<void> {
    return hashPieces(pool, {
      layout: this.#layout,
      locate: (file, offset) => ({ path: this.#content.files[file]!.location, offset }),
      lengths: this.#content.files.map(({ length }) => length),
      pieces: Array(this.#layout.pieceCount).keys(),
      hashes: { sha1: true, sha256: true, checksum: !!this.#options.checksum, lenient: false },
      onBytes: this.#onBytes,
    }, (range) => this.#take(range));
  }

  #take({ first, segments, result }: HashedRange): void {
    const { pieceLength, leaves, checksum } = this.#options;
    this.#pieces.set(result.sha1!, 20 * first);
    let leaf = 0;
    segments.forEach((segment, index) => {
      const { file } = segment;
      this.#check(file, this.#content.files[file]!.state, result.states[segment.path]);
      const from = segment.at / pieceLength;
      const to = from + Math.ceil(segment.length / pieceLength);
      const piece = segment.offset / pieceLength;
      this.#roots[file]!.set(result.roots!.subarray(32 * from, 32 * to), 32 * piece);
      const end = leaf + Math.ceil(segment.length / BLOCK_LENGTH);
      if (leaves) {
        const hashes = result.leaves!.subarray(32 * leaf, 32 * end);
        this.#leaves[file]!.set(hashes, 32 * segment.offset / BLOCK_LENGTH);
      }
      leaf = end;
      if (checksum) (this.#fingerprints[file] ??= [])[piece] = result.checksums![index]!;
    });
  }

  result(): HashedContent {
    const { pieceLength, leaves, checksum } = this.#options;
    const layer = Math.log2(pieceLength / BLOCK_LENGTH);
    const files = this.#content.files.map((file, index): HashedFile => {
      const roots = this.#roots[index]!;
      const sha256 = this.#sha256[index];
      return {
        ...file,
        ...(file.length > 0 ? { root: layerRoot(roots, layer) } : {}),
        ...(file.length > pieceLength ? { layer: roots } : {}),
        ...(leaves ? { leaves: this.#leaves[index]! } : {}),
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(checksum ? { fingerprint: addFingerprints(this.#fingerprints[index] ?? []) } : {}),
      };
    });
    return { ...this.#content, pieceLength, files, v1Pieces: this.#pieces };
  }

  #check(file: number, before: FileState, after: FileState | undefined): void {
    if (after && sameState(before, after)) return;
    const { location } = this.#content.files[file]!;
    throw new DiskError(
      "changed",
      `"${location}" was written to while it was read; share it again`,
    );
  }
}
