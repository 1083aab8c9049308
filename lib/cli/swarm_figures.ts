import type { SwarmProgress } from "../app/swarm_types.ts";

/** What a {@linkcode SwarmProgress} comes to in numbers. */
export interface SwarmFigures {
  /** Bytes of what is wanted that are here and proven. */
  readonly received: number;
  /** Bytes that are wanted; absent until they are known. */
  readonly total?: number;
  /** How far the phase is, 0 to 1; absent when nobody can tell. */
  readonly done?: number;
  /** Milliseconds until it is complete at the rate of now; absent while nothing arrives. */
  readonly leftMs?: number;
  /** Bytes sent by the bytes of the content; absent until these are known. */
  readonly ratio?: number;
  /** Connected peers. */
  readonly peers: number;
  /** Known addresses, those that are connected among them. */
  readonly known: number;
}

/** Counts how far a download from a swarm is. */
export function swarmFigures(progress: SwarmProgress): SwarmFigures {
  const { phase, snapshot, checked, toCheck, total: size } = progress;
  const { pieces, metadata, downRate, uploaded } = snapshot;
  const peers = snapshot.peers.length;
  const counts = { peers, known: Math.max(peers, snapshot.known) };
  if (phase === "metadata" && metadata) {
    return { received: 0, done: share(metadata.bytes, metadata.size), ...counts };
  }
  if (phase === "checking") {
    const done = toCheck === undefined ? {} : { done: share(checked, toCheck) };
    return { received: 0, ...(size === undefined ? {} : { total: size }), ...done, ...counts };
  }
  if (size === undefined) return { received: 0, ...counts };
  const ratio = size === 0 ? {} : { ratio: uploaded / size };
  if (phase === "finishing" || phase === "seeding") {
    return { received: size, total: size, done: 1, ...ratio, ...counts };
  }
  if (!pieces) return { received: 0, total: size, ...ratio, ...counts };
  // Pieces may be wanted or not, so those that exist tell nothing.
  const done = share(pieces.have, pieces.have + pieces.missing);
  const received = Math.round(done * size);
  const leftMs = (size - received) * 1000 / downRate;
  return {
    received,
    total: size,
    done,
    ...(downRate >= 1 && received < size ? { leftMs } : {}),
    ...ratio,
    ...counts,
  };
}

/** Part of a whole, 0 to 1; all of nothing is 1. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.min(1, part / whole);
}
