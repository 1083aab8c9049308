import type { Bitfield } from "../base/bitfield.ts";
import type { InfoHash, PeerId } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { BlockRequest, HashRequest, PeerMessage } from "../wire/peer_message.ts";
import type { CloseCode } from "./errors.ts";

/** A connection's number; the caller hands out each only once. */
export type PeerKey = number;

/** A TCP address that can be dialled; `host` is an IP literal. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where an address was heard of; the earlier in this list, the more it is trusted. */
export type AddressSource = "person" | "tracker" | "incoming" | "pex";

/** What is known of a connection once both handshakes are done. */
export interface ConnectedPeer {
  readonly key: PeerKey;
  /** The other end's IP address. */
  readonly host: string;
  /** The address that was dialled; absent when the other end dialled. */
  readonly dialled?: Address;
  readonly id: PeerId;
  /** BEP 6 holds on this connection. */
  readonly fast: boolean;
  /** BEP 10 holds on this connection. */
  readonly extended: boolean;
  /** The other end knows hash requests (BEP 52): it met us by the v2 hash, or said that it can. */
  readonly v2: boolean;
}

/** How piece space is cut into pieces and blocks; lengths and offsets are bytes. */
export interface PieceLayout {
  readonly pieceCount: number;
  /** Bytes of a piece that hold data: without the padding behind the end of a file. */
  dataLength(piece: number): number;
  blockCount(piece: number): number;
  /** The block of that index within the piece; it begins at `index` times 16 KiB. */
  block(piece: number, index: number): BlockRequest;
  /** Whether a request of a peer lies within the piece and is no longer than may be asked. */
  isValidRequest(piece: number, begin: number, length: number): boolean;
}

/** What the hash trees of a v2 torrent can tell (BEP 52); all of it is proven against the roots. */
export interface PieceProofs {
  /** Whether the piece's SHA-256 root is known. */
  isKnown(piece: number): boolean;
  /** Ranges of the piece layers that are not known yet, none of them twice. */
  missing(): readonly HashRequest[];
  /** Pieces that hashes of this range can prove. */
  pieces(request: HashRequest): Iterable<number>;
  /** What to ask for to know the hashes of a piece's blocks; none when they need no asking. */
  leafRequests(piece: number): readonly HashRequest[];
  /**
   * Takes the answer to a request. `bad`: it disagrees with the root. `unproven`: it proves nothing.
   * Nothing has changed unless it is `added`.
   */
  add(request: HashRequest, hashes: Uint8Array): "added" | "bad" | "unproven";
  /**
   * Which blocks of a piece disagree with the tree.
   *
   * @param hashes SHA-256 of every block, 32 bytes each.
   * @returns Undefined when the hashes of the blocks are not known.
   */
  wrongBlocks(piece: number, hashes: Uint8Array): readonly number[] | undefined;
  /**
   * How a peer's request is to be answered: with hashes that are known; `read` when they must be
   * computed from the blocks of `pieces`; undefined when it cannot be.
   */
  answer(request: HashRequest): HashAnswer | undefined;
}

/** See {@linkcode PieceProofs.answer}. */
export type HashAnswer =
  | { readonly kind: "known"; readonly hashes: Uint8Array }
  | { readonly kind: "read"; readonly pieces: readonly number[] };

/** A torrent as the engine sees it. */
export interface SwarmTorrent {
  readonly layout: PieceLayout;
  /** The info dictionary as it was encoded. */
  readonly metadata: Uint8Array;
  /** BEP 27: peers come from the tracker only. */
  readonly private: boolean;
  /** Whether SHA-1 can prove each piece, whatever `proofs` knows. */
  readonly v1: boolean;
  /** Absent in a v1 torrent. */
  readonly proofs?: PieceProofs;
}

/** What a {@linkcode Swarm} is made of. Everything that is left out has a default. */
export interface SwarmOptions {
  /** The hash by which peers meet, for the allowed fast set (BEP 6). */
  readonly infoHash: InfoHash;
  readonly ownId: PeerId;
  readonly random: Random;
  /** Absent when only the info-hash is known: then peers are asked for the metadata (BEP 9). */
  readonly torrent?: SwarmTorrent;
  /** Pieces that are there, proven. Default none. */
  readonly have?: Bitfield;
  /** Pieces that are to be had. Default all. */
  readonly wanted?: Bitfield;
  /** Takes pieces in their order instead of the rarest first. Default false. */
  readonly sequential?: boolean;
  /** Our name in extension handshakes. */
  readonly client?: string;
  /** Where we listen; told in extension handshakes. */
  readonly port?: number;
  /** Addresses that are ours, never to be dialled. */
  readonly ownAddresses?: readonly Address[];
  /** Connections and dials together. Default 200. */
  readonly maxConnections?: number;
  /** Connections from one address (/64 for IPv6); loopback is free. Default 3. */
  readonly maxPerAddress?: number;
  /** Bytes of pieces that are begun and not yet proven. Default 64 MiB. */
  readonly maxPartialBytes?: number;
  /** Peers unchoked at a time. Default: as many as the measured rate feeds, from 16 on. */
  readonly uploadSlots?: number;
  /** `serve` outputs of one peer that are not `served` yet. Default 32. */
  readonly servesPerPeer?: number;
  /** `serve` outputs of all peers, those that stall not counted. Default 64. */
  readonly servesAtOnce?: number;
}

/** What can happen to a swarm. Times are monotonic milliseconds, handed in beside the input. */
export type SwarmInput =
  | { readonly kind: "connected"; readonly peer: ConnectedPeer }
  | { readonly kind: "message"; readonly peer: PeerKey; readonly message: PeerMessage }
  /** The connection is gone, whoever closed it. */
  | { readonly kind: "left"; readonly peer: PeerKey }
  /** A block that `serve` asked for has left, or cannot be had. */
  | {
    readonly kind: "served";
    readonly peer: PeerKey;
    readonly request: BlockRequest;
    readonly ok: boolean;
  }
  /** Answer to `serve_hashes`; without `hashes` when they cannot be had. */
  | {
    readonly kind: "served_hashes";
    readonly peer: PeerKey;
    readonly request: HashRequest;
    readonly hashes?: Uint8Array;
  }
  /**
   * Answer to `prove`. `good`: proven and written. `bad`: a hash does not agree. `failed`: the disk
   * failed, nothing is known and the blocks are forgotten. `blocks` holds the SHA-256 of each block
   * as it arrived, 32 bytes each: wanted when it is `bad`, and when `prove` asked for it.
   */
  | {
    readonly kind: "proven";
    readonly piece: number;
    readonly outcome: "good" | "bad" | "failed";
    readonly blocks?: Uint8Array;
  }
  /** Answer to `metadata`. */
  | { readonly kind: "metadata_verified"; readonly ok: false }
  | {
    readonly kind: "metadata_verified";
    readonly ok: true;
    readonly torrent: SwarmTorrent;
    readonly have?: Bitfield;
    readonly wanted?: Bitfield;
  }
  /**
   * Peers that may be dialled. `local`: private and loopback ones among them too, because a person
   * named them or their tracker is there; that is always so for the source `person`.
   */
  | {
    readonly kind: "candidates";
    readonly source: AddressSource;
    readonly addresses: readonly Address[];
    readonly local?: boolean;
  }
  | { readonly kind: "dial_failed"; readonly address: Address }
  /** Another tracker answers than before: the peers of a private torrent are left (BEP 27). */
  | { readonly kind: "other_tracker" }
  /** Addresses that turned out to be ours. */
  | { readonly kind: "own_addresses"; readonly addresses: readonly Address[] }
  /** From now on these pieces are to be had, and no others; absent: all. */
  | { readonly kind: "want"; readonly pieces?: Bitfield }
  | { readonly kind: "order"; readonly sequential: boolean }
  /** A share lost a piece that it had: its file changed on disk. */
  | { readonly kind: "lost"; readonly piece: number }
  /** The moment that `wake` named, or later. */
  | { readonly kind: "tick" };

/** What a swarm wants done. Outputs of one input are to be carried out in their order. */
export type SwarmOutput =
  | { readonly kind: "send"; readonly peer: PeerKey; readonly message: PeerMessage }
  /** Read a block and send it; then say `served`. */
  | { readonly kind: "serve"; readonly peer: PeerKey; readonly request: BlockRequest }
  /** Compute hashes from blocks that are had; then say `served_hashes`. */
  | { readonly kind: "serve_hashes"; readonly peer: PeerKey; readonly request: HashRequest }
  /** A block arrived that was asked for; keep it (`data` is a view, to be copied now). */
  | {
    readonly kind: "block";
    readonly piece: number;
    readonly begin: number;
    readonly data: Uint8Array;
  }
  /**
   * All blocks of a piece are there: prove it, write it, then say `proven`, with `hashes` also
   * with the hashes of its blocks if it is good.
   */
  | { readonly kind: "prove"; readonly piece: number; readonly hashes: boolean }
  /** Forget blocks of a piece that are kept in memory: those of these indices, or all. */
  | { readonly kind: "drop"; readonly piece: number; readonly blocks?: readonly number[] }
  /** The metadata is there; check it against the info-hash, then say `metadata_verified`. */
  | { readonly kind: "metadata"; readonly bytes: Uint8Array }
  | { readonly kind: "dial"; readonly address: Address }
  /** Close the connection; the swarm has forgotten it already. */
  | {
    readonly kind: "close";
    readonly peer: PeerKey;
    readonly code: CloseCode;
    readonly reason: string;
  }
  /** Nobody at this address is to be met again. */
  | { readonly kind: "ban"; readonly host: string; readonly reason: string }
  /** A piece is there, proven. */
  | { readonly kind: "have"; readonly piece: number }
  /** Every wanted piece is there. */
  | { readonly kind: "complete" }
  /** Hand in a `tick` at this moment; only the last one counts. */
  | { readonly kind: "wake"; readonly at: number };
