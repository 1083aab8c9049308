import type { SwarmProgress } from "../app/swarm_types.ts";
import { fitted, type Segment } from "./segment.ts";
import type { Style } from "./style.ts";
import { swarmFigures } from "./swarm_figures.ts";
import { nameColumns, swarmLines } from "./swarm_lines.ts";
import { formatBytes, formatRate } from "./units.ts";

/** The room for downloads. */
export interface SwarmRoom {
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

/**
 * All downloads on one screen: two lines each when there is room, else one, and what there is no
 * room for at all is summed in the last line.
 *
 * @returns At most `rows` lines of at most `columns` columns.
 */
export function swarmScreen(all: readonly SwarmProgress[], room: SwarmRoom): Segment[][] {
  const { columns, style } = room;
  const rows = all.length * 2 <= room.rows ? 2 : 1;
  const fits = all.length * rows <= room.rows;
  // Those that are under way matter more than those that only seed.
  const sorted = fits ? all : [...all].sort((a, b) => rank(a) - rank(b));
  const shown = fits ? sorted : sorted.slice(0, room.rows - 1);
  const names = nameColumns(shown.map(({ name }) => name), columns);
  const lines = shown.flatMap((one) =>
    swarmLines(one, { columns, nameColumns: names, rows, style })
  );
  if (fits) return lines;
  return [...lines, sum(sorted.slice(shown.length), shown.length > 0, room)];
}

function rank({ phase }: SwarmProgress): number {
  return phase === "seeding" ? 1 : 0;
}

/** Many downloads in one line. */
function sum(rest: readonly SwarmProgress[], more: boolean, { columns, style }: SwarmRoom) {
  const figures = rest.map(swarmFigures);
  const total = figures.reduce((sum, one) => sum + (one.total ?? 0), 0);
  const received = figures.reduce((sum, one) => sum + one.received, 0);
  const down = rest.reduce((sum, { snapshot }) => sum + snapshot.downRate, 0);
  const up = rest.reduce((sum, { snapshot }) => sum + snapshot.upRate, 0);
  const peers = figures.reduce((sum, one) => sum + one.peers, 0);
  const what = more ? `and ${rest.length} more` : `${rest.length} downloads`;
  const parts: Segment[] = [
    ...(total === 0 ? [] : [{ text: `${Math.floor(received * 100 / total)}%` }]),
    { text: `↓ ${formatRate(down)}` },
    { text: `↑ ${formatRate(up)}` },
    { text: `${peers} peers` },
    { text: `${formatBytes(received)} of ${formatBytes(total)}` },
  ];
  return fitted([{ text: what, paint: style.dim }], parts, columns);
}
