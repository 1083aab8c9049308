import type { SwarmContext, Totals } from "./context.ts";
import type { MetadataExchange } from "./metadata_exchange.ts";
import type { PeerBook } from "./peer_book.ts";
import type { Peer } from "./peer_state.ts";
import type { Sharing } from "./sharing.ts";
import type { Address, PeerKey } from "./types.ts";

/** How one peer does. Rates are bytes a second over the last four seconds. */
export interface PeerSnapshot {
  readonly key: PeerKey;
  readonly host: string;
  /** Where it can be dialled, if that is known. */
  readonly address?: Address;
  readonly incoming: boolean;
  /** What it calls itself. */
  readonly client?: string;
  readonly downRate: number;
  readonly upRate: number;
  /** Bytes since it connected. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** How much of the torrent it has, 0 to 1; undefined as long as that is not known. */
  readonly progress?: number;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly choking: boolean;
  readonly interested: boolean;
  readonly snubbed: boolean;
  readonly seed: boolean;
  readonly uploadOnly: boolean;
  /** Blocks that it owes us, and that we owe it. */
  readonly requested: number;
  readonly waiting: number;
  /** Milliseconds that it is connected. */
  readonly age: number;
}

/**
 * Why a download is as fast as it is, the first that holds: `complete`; `no_peers` to be had at all;
 * `connecting` to some; `metadata` is still being fetched; `missing_pieces` that no connected peer
 * has; `hashes` are still being fetched; `no_use`: nobody has anything that is wanted and not here;
 * `choked` by all that have something; `snubbed` by all that do not choke; `downloading`.
 */
export type SwarmHealth =
  | "complete"
  | "no_peers"
  | "connecting"
  | "metadata"
  | "missing_pieces"
  | "hashes"
  | "no_use"
  | "choked"
  | "snubbed"
  | "downloading";

/** How a swarm does. */
export interface SwarmSnapshot extends Readonly<Totals> {
  readonly peers: readonly PeerSnapshot[];
  readonly downRate: number;
  readonly upRate: number;
  /** Pieces: in all, here, and wanted but not here; undefined as long as they are not known. */
  readonly pieces?: {
    readonly count: number;
    readonly have: number;
    readonly missing: number;
    readonly begun: number;
  };
  /** Bytes of the metadata, as long as it is being fetched and its size is known. */
  readonly metadata?: { readonly bytes: number; readonly size: number };
  /** How often the torrent is there in whole, ourselves among it; the fraction is begun copies. */
  readonly availability: number;
  /** Connected peers that have everything. */
  readonly seeds: number;
  /** Addresses that are known, and those that are being dialled. */
  readonly known: number;
  readonly dialling: number;
  readonly health: SwarmHealth;
}

/** Looks at a swarm without changing it. */
export function snapshotOf(
  context: SwarmContext,
  parts: { sharing?: Sharing; metadata: MetadataExchange; book: PeerBook },
  now: number,
): SwarmSnapshot {
  const { sharing, metadata, book } = parts;
  const peers = [...context.peers.values()];
  const progress = sharing ? undefined : metadata.progress;
  return {
    ...context.totals,
    peers: peers.map((peer) => peerSnapshot(peer, now)),
    downRate: context.down.rate(now),
    upRate: context.up.rate(now),
    ...sharing && {
      pieces: {
        count: sharing.content.have.length,
        have: sharing.content.have.count,
        missing: sharing.content.missing,
        begun: sharing.partials.size,
      },
    },
    ...progress && { metadata: progress },
    availability: sharing?.availability.copies((piece) => sharing.content.have.has(piece)) ?? 0,
    seeds: peers.filter((peer) => peer.isSeed).length,
    known: book.size,
    dialling: book.halfOpen,
    health: healthOf(peers, sharing, book),
  };
}

function peerSnapshot(peer: Peer, now: number): PeerSnapshot {
  const { pieces, address, client } = peer;
  return {
    key: peer.key,
    host: peer.info.host,
    ...address && { address },
    incoming: peer.info.dialled === undefined,
    ...client !== undefined && { client },
    downRate: peer.down.rate(now),
    upRate: peer.upload.meter.rate(now),
    downloaded: peer.down.total,
    uploaded: peer.upload.meter.total,
    ...pieces && { progress: pieces.length === 0 ? 1 : pieces.count / pieces.length },
    amChoking: peer.amChoking,
    amInterested: peer.amInterested,
    choking: peer.choking,
    interested: peer.interested,
    snubbed: peer.requests.snubbed,
    seed: peer.isSeed,
    uploadOnly: peer.uploadOnly,
    requested: peer.requests.owed,
    waiting: peer.upload.waiting,
    age: now - peer.connectedAt,
  };
}

function healthOf(
  peers: readonly Peer[],
  sharing: Sharing | undefined,
  book: PeerBook,
): SwarmHealth {
  if (sharing?.content.missing === 0) return "complete";
  if (peers.length === 0) return book.halfOpen > 0 ? "connecting" : "no_peers";
  if (!sharing) return "metadata";
  const useful = peers.filter((peer) => peer.interesting > 0);
  const unchoked = useful.filter((peer) => !peer.choking);
  if (unchoked.some((peer) => !peer.requests.snubbed && peer.requests.owed > 0)) {
    return "downloading";
  }
  if (sharing.hashes.wanted > 0) return "hashes";
  if (!everyPieceExists(sharing)) return "missing_pieces";
  if (useful.length === 0) return "no_use";
  if (unchoked.length === 0) return "choked";
  return unchoked.every((peer) => peer.requests.snubbed) ? "snubbed" : "downloading";
}

/** Whether each wanted piece is with some connected peer, or here. */
function everyPieceExists({ content, availability }: Sharing): boolean {
  if (availability.seeds > 0) return true;
  for (const piece of content.wanted) {
    if (!content.have.has(piece) && availability.count(piece) === 0) return false;
  }
  return true;
}
