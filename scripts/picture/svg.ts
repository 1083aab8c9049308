/** Draws recorded terminals as one SVG that plays by itself; where nothing moves, it shows the end. */
import { rowsOf, type Run } from "./screen.ts";
import type { Look } from "./terminal.ts";

/** What one terminal showed, from the first look on. */
export interface Recording {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  /** Looks, each with its time in milliseconds since the recording began, in order. */
  readonly looks: readonly (Look & { readonly at: number })[];
}

const CELL = { width: 8.4, height: 19 };
const PADDING = 14;
const BAR = 34;
const GAP = 14;
const BACKGROUND = "#12161d";
const FOREGROUND = "#d6dde6";
const BLOCKS: Readonly<Record<string, number>> = { "█": 1, "▓": 0.75, "▒": 0.5, "░": 0.22 };

/** The 16 colours, readable on the dark background. */
const COLORS: readonly string[] = [
  ...["#484f58", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#b1bac4"],
  ...["#6e7681", "#ffa198", "#7ee787", "#f2cc60", "#a5d6ff", "#e2c5ff", "#8bedf2", "#f0f6fc"],
];

/** @param holdMs How long the end is shown before it plays again. */
export function drawRecordings(recordings: readonly Recording[], holdMs: number): string {
  const ends = recordings.map(({ looks }) => looks.at(-1)!.at);
  const duration = Math.max(...ends) + holdMs;
  const rows = new Map<string, string>();
  const styles: string[] = [];
  const windows: string[] = [];
  let y = 1;
  let widest = 0;
  for (const [index, recording] of recordings.entries()) {
    const width = recording.columns * CELL.width + 2 * PADDING;
    const height = BAR + recording.rows * CELL.height + PADDING;
    const film = filmOf(recording, rows);
    styles.push(playing(`film${index}`, film, width, duration));
    windows.push(windowOf(recording, film, index, { y, width, height }));
    widest = Math.max(widest, width);
    y += height + GAP;
  }
  const size = [Math.ceil(widest) + 2, Math.ceil(y - GAP) + 1];
  const label = recordings.map(({ title }) => title).join("; ");
  return `<!-- deno-fmt-ignore-file: written by scripts/picture.ts -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size[0]} ${size[1]}" ` +
    `width="${size[0]}" height="${size[1]}" role="img" aria-label="${escaped(label)}">
<style>
text { font: 14px ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  fill: ${FOREGROUND}; dominant-baseline: middle }
.b { font-weight: 700 } .d { opacity: .62 }
${COLORS.map((color, index) => `.c${index} { fill: ${color} }`).join("\n")}
${styles.join("\n")}
@media (prefers-reduced-motion: reduce) { .film { animation: none !important } }
</style>
<defs>
${[...rows].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join("\n")}
</defs>
${windows.join("\n")}
</svg>
`;
}

/** One picture of a film: its rows by their ids, and when it appears. */
interface Frame {
  readonly at: number;
  readonly rows: readonly string[];
  readonly cursor: Look["cursor"];
}

function filmOf({ looks }: Recording, rows: Map<string, string>): Frame[] {
  const film: Frame[] = [];
  for (const { at, text, cursor } of looks) {
    const ids = rowsOf(text).map((runs) => {
      const drawn = runs.map(drawRun).join("");
      if (drawn === "") return "";
      if (!rows.has(drawn)) rows.set(drawn, `r${rows.size}`);
      return rows.get(drawn)!;
    });
    const last = film.at(-1);
    const same = last?.rows.join() === ids.join() &&
      JSON.stringify(last.cursor) === JSON.stringify(cursor);
    if (!same) film.push({ at, rows: ids, cursor });
  }
  return film;
}

function drawRun({ column, text, color, bold, dim }: Run): string {
  const names = [bold ? "b" : "", dim ? "d" : "", color === undefined ? "" : `c${color}`];
  const classes = names.filter((name) => name !== "").join(" ");
  const by = classes === "" ? "" : ` class="${classes}"`;
  let at = column;
  return [...text.matchAll(/([█▓▒░])\1*|[^█▓▒░]+/g)].map(([part, block]) => {
    const count = [...part].length;
    const x = round(at * CELL.width);
    const width = round(count * CELL.width);
    at += count;
    if (block !== undefined) {
      const fill = color === undefined ? ` fill="${FOREGROUND}"` : "";
      return `<rect x="${x}" y="4" width="${width}" height="12"${by}${fill} ` +
        `fill-opacity="${BLOCKS[block]}"/>`;
    }
    // A space at an end would be dropped, and the rest be stretched to fill its place.
    const inner = part.trim();
    const left = round(x + (part.length - part.trimStart().length) * CELL.width);
    if (inner === "") return "";
    const length = round([...inner].length * CELL.width);
    return `<text x="${left}" y="10" textLength="${length}" lengthAdjust="spacingAndGlyphs"${by}>` +
      `${escaped(inner)}</text>`;
  }).join("");
}

/** The frames stand side by side; the animation puts one after the other into the window. */
function playing(name: string, film: readonly Frame[], width: number, duration: number): string {
  const last = film.length - 1;
  const steps = film.map(({ at }, index) =>
    `${round(100 * at / duration)}% { transform: translateX(${round(-index * width)}px) }`
  );
  const start = `0% { transform: translateX(0) }`;
  return `.${name} { transform: translateX(${round(-last * width)}px); ` +
    `animation: ${name} ${round(duration / 1000)}s step-end infinite }
@keyframes ${name} { ${start} ${steps.slice(1).join(" ")} }`;
}

function windowOf(
  { title }: Recording,
  film: readonly Frame[],
  index: number,
  box: { readonly y: number; readonly width: number; readonly height: number },
): string {
  const { y, width, height } = box;
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map((color, at) =>
    `<circle cx="${20 + 20 * at}" cy="17" r="6" fill="${color}"/>`
  );
  const frames = film.map(({ rows, cursor }, at) => {
    const left = at * width + PADDING;
    const lines = rows.map((id, row) =>
      id === "" ? "" : `<use href="#${id}" x="${round(left)}" y="${row * CELL.height}"/>`
    );
    const block = cursor
      ? `<rect x="${round(left + cursor.column * CELL.width)}" y="${
        cursor.row * CELL.height + 1
      }" ` +
        `width="${CELL.width}" height="18" fill="${FOREGROUND}" fill-opacity=".55"/>`
      : "";
    return lines.join("") + block;
  });
  return `<g transform="translate(1 ${round(y)})">
<rect width="${
    round(width)
  }" height="${height}" rx="9" fill="${BACKGROUND}" stroke="#6e7681" stroke-opacity=".55"/>
${dots.join("")}
<text x="${round(width / 2)}" y="18" text-anchor="middle" class="d">${escaped(title)}</text>
<svg y="${BAR}" width="${round(width)}" height="${height - BAR - 6}"><g class="film film${index}">
${frames.join("\n")}
</g></svg>
</g>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
