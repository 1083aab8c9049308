import { printable } from "../base/printable.ts";
import type { SwarmProgress } from "../app/swarm_types.ts";
import { healthOf } from "./health_text.ts";
import { pieceBar, plainMap } from "./piece_bar.ts";
import { fitted, padded, type Segment } from "./segment.ts";
import type { Style } from "./style.ts";
import { swarmFigures } from "./swarm_figures.ts";
import { byteParts, healthParts, peerParts, rateParts, statusParts } from "./swarm_parts.ts";
import { formatRate } from "./units.ts";
import { fit, width } from "./width.ts";

/** How downloads that stand below each other are laid out. */
export interface SwarmLayout {
  /** The most columns that a line may take. */
  readonly columns: number;
  /** Columns of the names, so that the bars stand below each other. */
  readonly nameColumns: number;
  /** Lines for each download. */
  readonly rows: 1 | 2;
  readonly style: Style;
}

/** The longest bar, and the shortest that tells anything. */
const LONGEST_BAR = 40;
const SHORTEST_BAR = 6;
/** Terminals from here on have room for more than percents beside name and bar. */
const WIDE = 60;
/** What is kept free beside the bar: `100%  12:34 left`, and with rates in the same line. */
const STATUS_COLUMNS = 18;
const RATES_COLUMNS = 31;
const PERCENT_COLUMNS = 6;

const VERBS: Readonly<Record<SwarmProgress["phase"], string>> = {
  finding: "finding",
  metadata: "asking about",
  checking: "checking",
  receiving: "receiving",
  finishing: "finishing",
  seeding: "seeding",
};

/** Columns for the names of downloads that stand below each other. */
export function nameColumns(names: readonly string[], columns: number): number {
  const longest = Math.max(0, ...names.map((name) => width(shownName(name))));
  return Math.min(longest, Math.max(8, Math.floor(columns * 0.35)));
}

/** A download on a terminal: one line, or one about how far it is and one about its peers. */
export function swarmLines(progress: SwarmProgress, layout: SwarmLayout): Segment[][] {
  const figures = swarmFigures(progress);
  const reason = healthOf(progress, figures.leftMs);
  const health = healthParts(reason, layout.style);
  const { columns, rows } = layout;
  const [status, rates] = [statusParts(progress, figures), rateParts(progress)];
  if (rows === 1) {
    const [first, ...rest] = status;
    const [down, ...up] = rates;
    const stalled = health.length > 0 && figures.leftMs === undefined;
    const parts = stalled
      ? [first!, ...health, ...rates]
      : [first!, ...(down ? [down] : []), ...rest, ...health, ...up];
    const kept = columns < WIDE ? PERCENT_COLUMNS : RATES_COLUMNS;
    return [fitted(beginning(progress, figures.done, layout, kept), parts, columns)];
  }
  // Where there is little room, the time left goes below.
  const beside = columns < WIDE ? status.slice(0, 1) : status;
  // What the person has to do something about needs the room most.
  const urgent = reason.code === "disk";
  const below = [
    ...(urgent ? health : []),
    ...rates,
    ...status.slice(beside.length),
    ...(urgent ? [] : health),
    ...peerParts(progress, figures),
    ...byteParts(progress, figures),
  ];
  const kept = columns < WIDE ? PERCENT_COLUMNS : STATUS_COLUMNS;
  return [
    fitted(beginning(progress, figures.done, layout, kept), beside, columns),
    fitted([{ text: "  " }], below, columns),
  ];
}

/** A download as a plain line, without escape sequences. */
export function swarmText(progress: SwarmProgress): string {
  const { phase, name, snapshot } = progress;
  const figures = swarmFigures(progress);
  const { text } = healthOf(progress, figures.leftMs);
  const rates = [];
  if (phase === "receiving") rates.push(`${formatRate(snapshot.downRate)} down`);
  if (phase === "receiving" || phase === "seeding") rates.push(`${formatRate(snapshot.upRate)} up`);
  const parts = [
    ...statusParts(progress, figures).map((part) => part.text.trim()),
    ...rates,
    ...(text === undefined ? [] : [text]),
    ...peerParts(progress, figures).map((part) => part.text),
    ...byteParts(progress, figures).map((part) => part.text),
  ].filter((part) => part !== phase);
  return [`${VERBS[phase]} ${shownName(name)}`, ...parts].join("  ");
}

/** Name and bar. */
function beginning(
  progress: SwarmProgress,
  done: number | undefined,
  layout: SwarmLayout,
  kept: number,
): Segment[] {
  const { columns, style } = layout;
  const names = Math.min(layout.nameColumns, columns);
  const name = padded(fit(shownName(progress.name), names), names);
  const line: Segment[] = [{ text: name, paint: style.bold }];
  const length = Math.min(LONGEST_BAR, columns - names - 2 - kept);
  if (done === undefined || length < SHORTEST_BAR) return line;
  const plain = progress.phase !== "receiving" || !progress.map;
  const bar = pieceBar(plain ? plainMap(done, length) : progress.map, length, style);
  return [...line, { text: "  " }, ...bar];
}

/** A name that is harmless, on one line. */
function shownName(name: string): string {
  return printable(name, 255);
}
