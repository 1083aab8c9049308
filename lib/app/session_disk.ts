import { DiskError } from "../disk/errors.ts";
import type { PieceSource, PieceStore } from "../disk/storage_types.ts";
import { BLOCK_LENGTH } from "../meta/torrent.ts";
import type { PeerKey, SwarmInput } from "../swarm/types.ts";
import type { BlockRequest, HashRequest } from "../wire/peer_message.ts";
import { sleep } from "./sleep.ts";
import type { TorrentTrees } from "./torrent_trees.ts";

/** A piece that could not be written waits in memory so long before the next try. */
const DISK_RETRY_MS = 3_000;

/** What a share holds. */
export interface SessionContent {
  /** Where proven pieces are read from. */
  readonly source: PieceSource;
  /** Where pieces that arrive are kept; absent when there is nothing to fetch. */
  readonly store?: PieceStore;
  /** The Merkle trees of a v2 torrent. */
  readonly trees?: TorrentTrees;
}

/** Told of what comes of it. */
export interface SessionDiskEvents {
  /** Hands the engine an input. */
  input(input: SwarmInput): void;
  /** The disk failed; what was asked of it is asked again later. */
  onDiskError(error: DiskError): void;
}

/** Does for one swarm what its engine wants of the disk, and tells the engine what came of it. */
export class SessionDisk {
  readonly #events: SessionDiskEvents;
  readonly #signal: AbortSignal;
  /** Absent while only the info-hash is known. */
  content: SessionContent | undefined;
  #proving = 0;

  /** @param signal Ends what waits for the disk to do better. */
  constructor(
    content: SessionContent | undefined,
    events: SessionDiskEvents,
    signal: AbortSignal,
  ) {
    this.content = content;
    this.#events = events;
    this.#signal = signal;
  }

  /** Pieces that are being hashed or written. */
  get proving(): number {
    return this.#proving;
  }

  /** Keeps a block that arrived. */
  keep(piece: number, begin: number, data: Uint8Array): void {
    this.content?.store?.putBlock(piece, begin, data);
  }

  /** Forgets blocks of a piece that are kept: those of these indices, or all. */
  drop(piece: number, blocks?: readonly number[]): void {
    const store = this.content?.store;
    if (blocks === undefined) return store?.drop(piece);
    for (const block of blocks) store?.dropBlock(piece, block * BLOCK_LENGTH);
  }

  /** Fills in a block, if nothing has to be waited for. @returns Whether it did. */
  readNow({ piece, begin }: BlockRequest, into: Uint8Array): boolean {
    return this.content!.source.readNow(piece, begin, into);
  }

  /** Fills in a block. @returns False when it cannot be had; its piece is lost then. */
  async read(request: BlockRequest, into: Uint8Array): Promise<boolean> {
    try {
      await this.content!.source.readBlock(request.piece, request.begin, into);
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#events.onDiskError(error);
      this.#events.input({ kind: "lost", piece: request.piece });
      return false;
    }
  }

  /** Computes hashes that a peer asked for. */
  async serveHashes(peer: PeerKey, request: HashRequest): Promise<void> {
    const { source, trees } = this.content ?? {};
    const hashes = await trees?.compute(request, (piece) => source!.readLeaves(piece))
      .catch((error) => {
        if (!(error instanceof DiskError)) throw error;
        this.#events.onDiskError(error);
      });
    this.#events.input({ kind: "served_hashes", peer, request, ...hashes && { hashes } });
  }

  /** Proves and writes a piece; where the disk fails, again and again. */
  async prove(piece: number, hashes: boolean): Promise<void> {
    this.#proving++;
    await this.#tryToProve(piece, hashes).finally(() => this.#proving--);
  }

  async #tryToProve(piece: number, hashes: boolean): Promise<void> {
    const store = this.content!.store!;
    while (!this.#signal.aborted) {
      try {
        const proof = await store.prove(piece);
        const blocks = hashes && proof.outcome === "good"
          ? await store.readLeaves(piece)
          : undefined;
        return this.#events.input({ kind: "proven", piece, ...proof, ...blocks && { blocks } });
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.#events.onDiskError(error);
        await sleep(DISK_RETRY_MS, this.#signal);
      }
    }
  }
}
