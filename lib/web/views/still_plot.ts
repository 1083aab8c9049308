import { type ComponentChild, h } from "../preact.ts";
import type { PlotData } from "./plot_data.ts";
import { overSpan, plotValueText, roundTop } from "./plot_text.ts";

/** A chart as a picture, for where no program draws it: without JavaScript, and on paper. */
export function stillPlot(plot: PlotData): ComponentChild {
  const { lines, unit, filled } = plot;
  const [width, height] = [600, 160];
  const known = lines.flatMap(({ values }) => values).filter((value) => value !== null);
  const top = roundTop(Math.max(0, ...known));
  return h("div", { class: lines.length > 1 ? "picture several" : "picture" }, [
    h("span", { class: "top" }, plotValueText(unit, top)),
    h(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      lines.flatMap(({ values: told, tone }) => {
        const values = overSpan(told, plot);
        const path = stillPath(values, { width, height, top });
        return [
          filled &&
          h("path", { class: `area tone${tone}`, d: stillArea(values, { width, height, top }) }),
          h("path", { class: `line tone${tone}`, d: path, "vector-effect": "non-scaling-stroke" }),
        ];
      }),
    ),
    h("span", { class: "base" }, plotValueText(unit, 0)),
  ]);
}

/** The size of a picture, and the value at its upper edge. */
export interface StillFrame {
  readonly width: number;
  readonly height: number;
  readonly top: number;
}

/** The line of the values, with gaps where they are not known. */
export function stillPath(values: readonly (number | null)[], frame: StillFrame): string {
  const { width, height, top } = frame;
  const scale = width / Math.max(1, values.length - 1);
  let pen = "M";
  let path = "";
  values.forEach((value, at) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const [x, y] = [at * scale, height * (1 - value / top)];
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A value alone is a dot.
    if (pen === "M") path += "h0.01";
    pen = "L";
  });
  return path;
}

/** What lies between the line and zero. */
export function stillArea(values: readonly (number | null)[], frame: StillFrame): string {
  const { width, height, top } = frame;
  const scale = width / Math.max(1, values.length - 1);
  let area = "";
  let begun = false;
  values.forEach((value, at) => {
    const x = (at * scale).toFixed(1);
    if (value !== null) {
      area += `${begun ? "" : `M${x} ${height}`}L${x} ${(height * (1 - value / top)).toFixed(1)}`;
    }
    const next = values[at + 1];
    if (value !== null && (next === null || next === undefined)) area += `L${x} ${height}Z`;
    begun = value !== null;
  });
  return area;
}
