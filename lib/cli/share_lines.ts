import { printable } from "../base/printable.ts";
import type { ShareSnapshot } from "../app/types.ts";
import { fitted, padded, type Segment } from "./segment.ts";
import type { Style } from "./style.ts";
import { formatBytes, formatRate } from "./units.ts";
import { fit, width } from "./width.ts";

/** A share, and the bytes a second that it sends now, by either protocol. */
export interface ShareLine {
  readonly share: ShareSnapshot;
  readonly rate: number;
}

/** The room for shares. */
export interface ShareRoom {
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

/** Columns of a rate and of a count of peers, so that what follows keeps its place. */
const RATE_COLUMNS = 11;
const PEERS_COLUMNS = 8;

/**
 * All shares on one screen, a line each; what there is no room for is summed in the last line.
 *
 * @returns At most `rows` lines of at most `columns` columns.
 */
export function shareScreen(all: readonly ShareLine[], room: ShareRoom): Segment[][] {
  const { columns, rows, style } = room;
  const fits = all.length <= rows;
  const shown = fits ? all : all.slice(0, rows - 1);
  const longest = Math.max(0, ...shown.map(({ share }) => width(shownName(share))));
  const names = Math.min(columns, longest, Math.max(8, Math.floor(columns * 0.3)));
  const lines = shown.map((line) => {
    const name = padded(fit(shownName(line.share), names), names);
    return fitted([{ text: name, paint: style.bold }], partsOf(line, style), columns);
  });
  return fits ? lines : [...lines, sum(all.slice(shown.length), shown.length > 0, room)];
}

/** A share as a plain line, without its rate, which changes all the time. */
export function shareText(share: ShareSnapshot): string {
  const { problem, uploaded } = share;
  const parts = [
    `sharing ${shownName(share)}`,
    problem === undefined ? "" : `can no longer be sent: ${printable(problem, 200)}`,
    plural(peersOf(share), "peer"),
    `${formatBytes(uploaded)} sent`,
    ratioText(share),
    fetchedText(share),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/** How often a share was fetched. */
export function fetchedText({ completed }: ShareSnapshot): string {
  if (completed === 0) return "not fetched yet";
  return completed === 1 ? "fetched once" : `fetched ${completed} times`;
}

/** What a line tells about a share, the most important first. */
function partsOf({ share, rate }: ShareLine, { red }: Style): Segment[] {
  const { problem, uploaded } = share;
  const parts: Segment[] = [
    { text: padded(plural(peersOf(share), "peer"), PEERS_COLUMNS) },
    { text: padded(`↑ ${formatRate(rate)}`, RATE_COLUMNS) },
    { text: ratioText(share) },
    { text: fetchedText(share) },
    { text: `${formatBytes(uploaded)} sent` },
  ];
  if (problem !== undefined) {
    parts.unshift({ text: printable(problem, 200), cut: true, paint: red });
  }
  return parts.filter(({ text }) => text !== "");
}

/** Many shares in one line. */
function sum(rest: readonly ShareLine[], more: boolean, { columns, style }: ShareRoom) {
  const peers = rest.reduce((sum, { share }) => sum + peersOf(share), 0);
  const rate = rest.reduce((sum, line) => sum + line.rate, 0);
  const what = more ? `and ${rest.length} more` : `${rest.length} shares`;
  const parts = [{ text: plural(peers, "peer") }, { text: `↑ ${formatRate(rate)}` }];
  return fitted([{ text: what, paint: style.dim }], parts, columns);
}

/** Peers of either protocol that are connected. */
function peersOf({ peers, active }: ShareSnapshot): number {
  return peers + active.length;
}

/** Bytes sent by bytes of the share; nothing for an empty one. */
export function ratioText({ size, uploaded }: ShareSnapshot): string {
  return size === 0 ? "" : `ratio ${(uploaded / size).toFixed(2)}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function shownName({ name }: ShareSnapshot): string {
  return printable(name, 255);
}
