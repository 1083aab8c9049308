import type { SwarmProgress } from "../app/swarm_types.ts";
import { healthOf } from "./health_text.ts";
import { swarmFigures } from "./swarm_figures.ts";

/**
 * How far a download from a swarm is, as the JSON output tells it. Bytes, bytes a second,
 * milliseconds; `received` is proven and on the disk, `health` a word and `reason` a sentence.
 */
export function swarmFields(
  id: number,
  progress: SwarmProgress,
): Readonly<Record<string, unknown>> {
  const { phase, name, snapshot, checked, toCheck } = progress;
  const { received, total, leftMs, ratio, peers, known } = swarmFigures(progress);
  const { code, text } = healthOf(progress, leftMs);
  return {
    id,
    name,
    phase,
    received,
    ...(total === undefined ? {} : { total }),
    ...(phase === "checking" && toCheck !== undefined ? { checked, toCheck } : {}),
    rate: Math.round(snapshot.downRate),
    upRate: Math.round(snapshot.upRate),
    peers,
    known,
    seeds: snapshot.seeds,
    downloaded: snapshot.downloaded,
    uploaded: snapshot.uploaded,
    verified: snapshot.verified,
    wasted: snapshot.wasted,
    ...(ratio === undefined ? {} : { ratio: Math.round(ratio * 1000) / 1000 }),
    ...(leftMs === undefined ? {} : { leftMs: Math.round(leftMs) }),
    ...(snapshot.pieces ? { pieces: snapshot.pieces.count, have: snapshot.pieces.have } : {}),
    availability: Math.round(snapshot.availability * 1000) / 1000,
    health: code,
    ...(text === undefined ? {} : { reason: text }),
  };
}
