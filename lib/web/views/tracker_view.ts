import { type ComponentChild, h } from "../preact.ts";
import { bytesText, countText, delayText, rateText, spanText } from "./figures.ts";
import type { TrackerState } from "./page_state.ts";
import type { PlotData } from "./plot_data.ts";
import { type Plotter, plotView, rangesView } from "./plot_view.ts";
import { spanSeconds } from "./plot_text.ts";
import { tilesView } from "./tiles_view.ts";

/** The page about the tracker itself. */
export function trackerView(state: TrackerState, plotter?: Plotter): ComponentChild {
  const { stats, range } = state;
  const { rates, latency } = stats;
  const ranges = ["5m", "1h", "1d", "30d"] as const;
  return h(
    "main",
    { id: "main" },
    h("h1", null, "The tracker"),
    problemsView(stats.problems),
    tilesView([
      {
        label: "Announces",
        value: rateText(rates.line + rates.http + rates.udp),
        more: "a second",
      },
      {
        label: "99 in 100 within",
        value: delayText(latency.p99),
        more: latency.mean === null ? "none in a minute" : `mean ${delayText(latency.mean)}`,
      },
      { label: "Memory", value: bytesText(stats.memory) },
      { label: "Connections", value: countText(stats.connections) },
      { label: "Up for", value: spanText(stats.uptime) },
    ]),
    h("div", { class: "heading" }, [
      h("h2", null, "Over time"),
      rangesView(ranges, range, "/tracker"),
    ]),
    h("div", { class: "charts" }, trackerPlots(state).map((plot) => plotView(plot, plotter))),
    h("h2", null, "Since the start"),
    totalsView(state),
  );
}

/** What the tracker says does not work. */
export function problemsView(problems: readonly string[]): ComponentChild {
  if (problems.length === 0) return null;
  return h(
    "ul",
    { class: "problems", role: "alert" },
    problems.map((problem) => h("li", { key: problem }, problem)),
  );
}

export function trackerPlots({ history, range }: TrackerState): readonly PlotData[] {
  const { values } = history;
  const when = { step: history.step, end: history.end, span: spanSeconds(range) };
  return [
    {
      title: "Announces by door",
      unit: "rate",
      ...when,
      lines: [
        { label: "HTTP", tone: 1, values: values.http },
        { label: "UDP", tone: 2, values: values.udp },
        { label: "Lines", tone: 3, values: values.line },
      ],
    },
    {
      title: "Time of an announce",
      unit: "seconds",
      ...when,
      lines: [
        { label: "99 in 100", tone: 1, values: values.latency_p99 },
        { label: "Mean", tone: 2, values: values.latency_mean },
      ],
    },
    {
      title: "Peers",
      unit: "count",
      ...when,
      lines: [
        { label: "Seeders", tone: 1, values: values.seeders },
        { label: "Leechers", tone: 2, values: values.leechers },
        { label: "Shares", tone: 3, values: values.shares },
      ],
    },
    {
      title: "Memory",
      unit: "bytes",
      ...when,
      filled: true,
      lines: [{ label: "Resident", tone: 1, values: values.memory }],
    },
    {
      title: "Refused requests",
      unit: "rate",
      ...when,
      filled: true,
      lines: [{ label: "Refused", tone: 2, values: values.errors }],
    },
    {
      title: "Connections",
      unit: "count",
      ...when,
      filled: true,
      lines: [{ label: "Open", tone: 3, values: values.connections }],
    },
  ];
}

export function totalsView({ stats }: TrackerState): ComponentChild {
  const { announces } = stats;
  const rows: readonly (readonly [string, string])[] = [
    ["Announces over HTTP", countText(announces.http)],
    ["Announces over UDP", countText(announces.udp)],
    ["Announces in lines", countText(announces.line)],
    ["Refused requests", countText(stats.refused)],
    ["Names of the original protocol", countText(stats.classic_names)],
    ["Peers of the original protocol", countText(stats.classic_peers)],
    ["A peer announces every", spanText(stats.interval)],
    ["Pages that are open and live", countText(stats.listeners)],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows.map(([label, value]) =>
      h("div", { key: label }, h("dt", null, label), h("dd", null, value))
    ),
  );
}
