/** A part of a piece (BEP 3, "request"); all of it in bytes but `piece`. */
export interface BlockRequest {
  readonly piece: number;
  readonly begin: number;
  readonly length: number;
}

/** Which hashes of a file's Merkle tree are meant (BEP 52, "hash request"). */
export interface HashRequest {
  /** The tree's root, 32 bytes. */
  readonly root: Uint8Array;
  /** The layer of the first hashes; 0 are the leaves. */
  readonly baseLayer: number;
  /** The first hash of that layer. */
  readonly index: number;
  /** How many hashes. */
  readonly length: number;
  /** How many layers of uncles, counted from the base layer. */
  readonly proofLayers: number;
}

/** A peer that PEX tells of (BEP 11). */
export interface PexPeer {
  readonly host: string;
  readonly port: number;
  /** BEP 11, "flags": 1 encryption, 2 seed or upload-only, 4 uTP, 8 holepunch, 16 reachable. */
  readonly flags: number;
}

/** What the extension handshake tells (BEP 10; BEP 9, 21). Absent: not told. */
export interface ExtensionHandshake {
  /** Names of extensions and their message ids; 0 switches one off. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Client name and version. */
  readonly client?: string;
  /** Listening TCP port. */
  readonly port?: number;
  /** Requests that may be outstanding. */
  readonly queue?: number;
  /** Bytes of the info dictionary. */
  readonly metadataSize?: number;
  readonly uploadOnly?: boolean;
  /** Our address as the other end sees it, 4 or 16 bytes. */
  readonly yourIp?: Uint8Array;
}

/**
 * A message between peers, after the handshake. Byte fields that were read are views of the read
 * buffer, good until more is read.
 */
export type PeerMessage =
  | { readonly kind: "keep_alive" }
  | { readonly kind: "choke" }
  | { readonly kind: "unchoke" }
  | { readonly kind: "interested" }
  | { readonly kind: "not_interested" }
  | { readonly kind: "have"; readonly piece: number }
  | { readonly kind: "bitfield"; readonly bits: Uint8Array }
  | { readonly kind: "request" } & BlockRequest
  | { readonly kind: "cancel" } & BlockRequest
  | {
    readonly kind: "piece";
    readonly piece: number;
    readonly begin: number;
    readonly data: Uint8Array;
  }
  /** BEP 5. */
  | { readonly kind: "port"; readonly port: number }
  /** BEP 6. */
  | { readonly kind: "have_all" }
  | { readonly kind: "have_none" }
  | { readonly kind: "suggest"; readonly piece: number }
  | { readonly kind: "allowed_fast"; readonly piece: number }
  | { readonly kind: "reject" } & BlockRequest
  /** BEP 52. */
  | { readonly kind: "hash_request" } & HashRequest
  | { readonly kind: "hashes"; readonly hashes: Uint8Array } & HashRequest
  | { readonly kind: "hash_reject" } & HashRequest
  /** BEP 10. */
  | { readonly kind: "extension_handshake" } & ExtensionHandshake
  /** BEP 9; `piece` counts 16 KiB of the info dictionary. */
  | { readonly kind: "metadata_request"; readonly piece: number }
  | {
    readonly kind: "metadata_data";
    readonly piece: number;
    readonly totalSize: number;
    readonly data: Uint8Array;
  }
  | { readonly kind: "metadata_reject"; readonly piece: number }
  /** BEP 11. */
  | {
    readonly kind: "pex";
    readonly added: readonly PexPeer[];
    readonly dropped: readonly PexPeer[];
  }
  /** BEP 54, lt_donthave. */
  | { readonly kind: "dont_have"; readonly piece: number }
  /** BEP 21 as libtorrent sends it after the handshake. */
  | { readonly kind: "upload_only"; readonly value: boolean }
  /** A message that is well framed and that we have no use for. */
  | { readonly kind: "ignored"; readonly id: number };
