import type { PeerId } from "../base/ids.ts";
import type { BlockRequest, HashRequest, PeerMessage } from "../wire/peer_message.ts";

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
  /**
   * Answer to `prove`. `good`: proven and written. `bad`: a hash does not agree; `blocks` holds the
   * SHA-256 of each block as it arrived, 32 bytes each, for a v2 torrent. `failed`: the disk failed,
   * nothing is known.
   */
  | {
    readonly kind: "proven";
    readonly piece: number;
    readonly outcome: "good" | "bad" | "failed";
    readonly blocks?: Uint8Array;
  }
  | {
    readonly kind: "candidates";
    readonly source: AddressSource;
    readonly addresses: readonly Address[];
  }
  | { readonly kind: "dial_failed"; readonly address: Address }
  /** A share lost a piece that it had: its file changed on disk. */
  | { readonly kind: "lost"; readonly piece: number }
  /** The moment that `wake` named, or later. */
  | { readonly kind: "tick" };

/** What a swarm wants done. Outputs of one input are to be carried out in their order. */
export type SwarmOutput =
  | { readonly kind: "send"; readonly peer: PeerKey; readonly message: PeerMessage }
  /** Read a block and send it; then say `served`. */
  | { readonly kind: "serve"; readonly peer: PeerKey; readonly request: BlockRequest }
  /** Answer with `hashes`, or with `hash_reject` if they cannot be had. */
  | { readonly kind: "serve_hashes"; readonly peer: PeerKey; readonly request: HashRequest }
  /** Answer with that part of the info dictionary. */
  | { readonly kind: "serve_metadata"; readonly peer: PeerKey; readonly piece: number }
  /** A block arrived that was asked for; keep it (`data` is a view, to be copied now). */
  | {
    readonly kind: "block";
    readonly piece: number;
    readonly begin: number;
    readonly data: Uint8Array;
  }
  /** All blocks of a piece are there: prove it, write it, then say `proven`. */
  | { readonly kind: "prove"; readonly piece: number }
  /** Forget the blocks of a piece that are kept in memory. */
  | { readonly kind: "drop"; readonly piece: number }
  | { readonly kind: "dial"; readonly address: Address }
  | { readonly kind: "close"; readonly peer: PeerKey; readonly reason: string }
  /** Nobody at this address is to be met again. */
  | { readonly kind: "ban"; readonly host: string; readonly reason: string }
  /** A piece is there, proven. */
  | { readonly kind: "have"; readonly piece: number }
  /** Every wanted piece is there. */
  | { readonly kind: "complete" }
  /** Hand in a `tick` at this moment; only the last one counts. */
  | { readonly kind: "wake"; readonly at: number };
