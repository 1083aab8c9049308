import type { SwarmProgress } from "../app/swarm_types.ts";
import type { Health } from "./health_text.ts";
import { padded, type Segment } from "./segment.ts";
import type { Style } from "./style.ts";
import type { SwarmFigures } from "./swarm_figures.ts";
import { formatBytes, formatRate, formatSpan } from "./units.ts";

/** Columns of a rate, so that what follows keeps its place. */
const RATE_COLUMNS = 11;

/** How far it is: percent first, where there is one, then the time left or what is being done. */
export function statusParts(progress: SwarmProgress, figures: SwarmFigures): Segment[] {
  const { phase } = progress;
  const percent: Segment[] = figures.done === undefined
    ? []
    : [{ text: `${String(Math.floor(figures.done * 100)).padStart(3)}%` }];
  switch (phase) {
    case "finding":
      return [{ text: "looking for peers" }];
    case "metadata":
      return percent.length === 0
        ? [{ text: "asking peers what it is", cut: true }]
        : [...percent, { text: "metadata" }];
    case "receiving":
      return [...percent, { text: timeLeft(figures) }];
    case "checking":
    case "finishing":
    case "seeding":
      return [...percent, { text: phase }];
    default:
      return phase satisfies never;
  }
}

/** Rates both ways, where there are any. */
export function rateParts({ phase, snapshot }: SwarmProgress): Segment[] {
  const down = { text: padded(`↓ ${formatRate(snapshot.downRate)}`, RATE_COLUMNS) };
  const up = { text: padded(`↑ ${formatRate(snapshot.upRate)}`, RATE_COLUMNS) };
  if (phase === "receiving") return [down, up];
  return phase === "seeding" || phase === "finishing" ? [up] : [];
}

/** Peers that are connected, those that are known, and seeds among the connected ones. */
export function peerParts(progress: SwarmProgress, { peers, known }: SwarmFigures): Segment[] {
  const { seeds } = progress.snapshot;
  const parts: Segment[] = [{ text: `${peers} of ${known} peer${known === 1 ? "" : "s"}` }];
  if (progress.phase === "receiving" || progress.phase === "finishing") {
    parts.push({ text: `${seeds} seed${seeds === 1 ? "" : "s"}` });
  }
  return parts;
}

/** Bytes: verified, wasted, and what was given back. */
export function byteParts(progress: SwarmProgress, figures: SwarmFigures): Segment[] {
  const { phase, checked, toCheck, snapshot } = progress;
  const { received, total, ratio } = figures;
  if (phase === "metadata" && snapshot.metadata) {
    const { bytes, size } = snapshot.metadata;
    return [{ text: `${formatBytes(bytes)} of ${formatBytes(size)} of metadata` }];
  }
  if (phase === "checking") {
    if (toCheck === undefined) return [];
    return [{ text: `${formatBytes(checked)} of ${formatBytes(toCheck)}` }];
  }
  if (total === undefined || phase === "finding" || phase === "metadata") return [];
  const parts: Segment[] = [];
  if (phase === "seeding" && ratio !== undefined) parts.push({ text: `ratio ${ratio.toFixed(2)}` });
  parts.push({
    text: received >= total
      ? `${formatBytes(total)} verified`
      : `${formatBytes(received)} of ${formatBytes(total)} verified`,
  });
  if (snapshot.wasted > 0) parts.push({ text: `${formatBytes(snapshot.wasted)} wasted` });
  return parts;
}

/** Why it is slow, if it is. */
export function healthParts({ code, text }: Health, style: Style): Segment[] {
  if (text === undefined) return [];
  const bad = code === "disk";
  return [{ text, cut: true, paint: bad ? style.red : style.yellow }];
}

function timeLeft({ leftMs, received, total }: SwarmFigures): string {
  if (leftMs !== undefined) return `${formatSpan(leftMs)} left`;
  return received === total ? "nearly done" : "stalled";
}
