/// <reference lib="dom" />
import type uPlotType from "npm:uplot@1";
import type { PlotData } from "../views/plot_data.ts";
import { overSpan, plotValueText } from "../views/plot_text.ts";
import type { Plotter } from "../views/plot_view.ts";

/** Draws charts with uPlot, in the colours of the style sheet. */
export function plotterOf(uPlot: typeof uPlotType): Plotter {
  return {
    draw(element, plot) {
      let latest = plot;
      let chart = newChart(uPlot, element, latest);
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const redraw = () => {
        chart.destroy();
        chart = newChart(uPlot, element, latest);
      };
      dark.addEventListener("change", redraw);
      const sizes = new ResizeObserver(() => chart.setSize(plotSize(element)));
      sizes.observe(element);
      return {
        update(next) {
          latest = next;
          chart.setData(plotColumns(next));
        },
        remove() {
          dark.removeEventListener("change", redraw);
          sizes.disconnect();
          chart.destroy();
        },
      };
    },
  };
}

export function plotSize(element: Element): { width: number; height: number } {
  return { width: Math.max(200, element.clientWidth), height: 180 };
}

/** Times, then the values of each line. */
export function plotColumns(plot: PlotData): uPlotType.AlignedData {
  const { step, end } = plot;
  const columns = plot.lines.map(({ values }) => [...overSpan(values, plot)]);
  const count = Math.max(0, ...columns.map((values) => values.length));
  const times = Array.from({ length: count }, (_, at) => end - (count - 1 - at) * step);
  return [times, ...columns];
}

/** Where values stand that have no neighbours to be joined to. */
export function lonePlaces(values: readonly (number | null | undefined)[]): number[] {
  const known = (at: number) => values[at] !== null && values[at] !== undefined;
  return values.flatMap((_, at) => known(at) && !known(at - 1) && !known(at + 1) ? [at] : []);
}

export function newChart(
  uPlot: typeof uPlotType,
  element: Element,
  plot: PlotData,
): uPlotType {
  const look = getComputedStyle(element);
  const colour = (name: string) => look.getPropertyValue(name).trim();
  const written = (value: number) => plotValueText(plot.unit, value).replace(/\.0+(?= )/, "");
  const axis: uPlotType.Axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${look.fontFamily}`,
  };
  const dashes = [[], [6, 3], [2, 3]];
  // There are no halves of peers.
  const whole = Array.from(
    { length: 30 },
    (_, at) => [1, 2, 5][at % 3]! * 10 ** Math.floor(at / 3),
  );
  // The picture that stood here until now.
  element.replaceChildren();
  return new uPlot(
    {
      ...plotSize(element),
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: true },
        y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 26, values: (_chart, splits) => timeTexts(splits) },
        {
          ...axis,
          size: 58,
          values: (_chart, splits) => splits.map(written),
          space: 34,
          ...(plot.unit === "count" ? { incrs: whole } : {}),
        },
      ],
      series: [
        {},
        ...plot.lines.map(({ label, tone }) => ({
          label,
          stroke: colour(`--tone${tone}`),
          width: 1.75,
          dash: plot.lines.length > 1 ? dashes[tone - 1] : undefined,
          ...(plot.filled ? { fill: colour(`--tone${tone}-area`) } : {}),
          points: {
            show: true,
            size: 4,
            filter: (chart: uPlotType, at: number) => lonePlaces([...chart.data[at] ?? []]),
          },
          spanGaps: false,
        })),
      ],
      plugins: [tipPlugin(plot)],
    },
    plotColumns(plot),
    element as HTMLElement,
  );
}

/** Times of day, or days where they are further apart. */
export function timeTexts(times: readonly number[]): string[] {
  const between = (times[1] ?? 0) - (times[0] ?? 0);
  return times.map((time) => {
    const date = new Date(time * 1000);
    if (between >= 86_400) return date.toLocaleDateString([], { month: "short", day: "numeric" });
    const second = between % 60 === 0 ? {} : { second: "2-digit" as const };
    const [hour, minute] = ["2-digit", "2-digit"] as const;
    return date.toLocaleTimeString([], { hour, minute, ...second, hourCycle: "h23" });
  });
}

/** Tells time and values below the pointer. */
export function tipPlugin({ lines, unit }: PlotData): uPlotType.Plugin {
  const tip = document.createElement("div");
  tip.className = "tip";
  return {
    hooks: {
      ready: (chart) => chart.over.append(tip),
      setCursor: (chart) => {
        const { idx, left = 0 } = chart.cursor;
        const time = idx === null || idx === undefined ? undefined : chart.data[0][idx];
        tip.hidden = time === undefined || left < 0;
        if (time === undefined || idx === null || idx === undefined) return;
        const when = new Date(time * 1000).toLocaleString([], {
          month: "short",
          day: "numeric",
          hour: "2-digit",
          minute: "2-digit",
          second: "2-digit",
        });
        const told = lines.map(({ label }, at) =>
          `${label} ${plotValueText(unit, chart.data[at + 1]?.[idx])}`
        );
        tip.textContent = [when, ...told].join("\n");
        const toLeft = left > chart.over.clientWidth / 2;
        tip.style.left = toLeft ? "" : `${left + 12}px`;
        tip.style.right = toLeft ? `${chart.over.clientWidth - left + 12}px` : "";
      },
    },
  };
}
