import { Component, type ComponentChild, h } from "../preact.ts";
import type { PlotData } from "./plot_data.ts";
import { newestOf, plotValueText, plotWords } from "./plot_text.ts";
import { stillPlot } from "./still_plot.ts";

/** Something that draws charts: uPlot, where a browser has it. */
export interface Plotter {
  /** Takes the place of what `element` holds. */
  draw(element: Element, plot: PlotData): { update(plot: PlotData): void; remove(): void };
}

/** What a {@linkcode PlotArea} is drawn from. */
export interface PlotAreaProps {
  readonly plot: PlotData;
  readonly plotter?: Plotter | undefined;
}

/** Where a chart stands: a picture at first, which a plotter takes the place of. */
export class PlotArea extends Component<PlotAreaProps> {
  #element: Element | null = null;
  #drawn: ReturnType<Plotter["draw"]> | undefined;

  override componentDidMount(): void {
    this.#draw(this.props);
  }

  /** What the plotter drew is its own: it is never drawn over. */
  override shouldComponentUpdate(next: PlotAreaProps): boolean {
    if (this.#drawn) {
      this.#drawn.update(next.plot);
      this.#element?.setAttribute("aria-label", plotWords(next.plot));
    } else {
      this.#draw(next);
    }
    return this.#drawn === undefined;
  }

  override componentWillUnmount(): void {
    this.#drawn?.remove();
  }

  #draw({ plot, plotter }: PlotAreaProps): void {
    if (this.#element && plotter) this.#drawn = plotter.draw(this.#element, plot);
  }

  override render({ plot }: PlotAreaProps): ComponentChild {
    const ref = (element: Element | null) => {
      this.#element = element;
    };
    return h(
      "div",
      { class: "plot", role: "img", "aria-label": plotWords(plot), ref },
      stillPlot(plot),
    );
  }
}

/** A chart with its title and a legend that tells the newest values. */
export function plotView(plot: PlotData, plotter?: Plotter): ComponentChild {
  return h(
    "figure",
    { class: "chart", key: plot.title },
    h(
      "figcaption",
      null,
      h("span", { class: "title" }, plot.title),
      h(
        "ul",
        { class: "legend" },
        plot.lines.map(({ label, tone, values }) =>
          h(
            "li",
            { key: label },
            h("span", { class: `swatch tone${tone}`, "aria-hidden": "true" }),
            label,
            " ",
            h("b", null, plotValueText(plot.unit, newestOf(values))),
          )
        ),
      ),
    ),
    h(
      "div",
      { class: "plotted" },
      h(PlotArea, { plot, plotter }),
      plot.lines.every(({ values }) => newestOf(values) === null) &&
        h("p", { class: "nothing", "aria-hidden": "true" }, "Nothing known yet"),
    ),
  );
}

/** Links to other spans of time. */
export function rangesView<Range extends string>(
  ranges: readonly Range[],
  current: Range,
  path: string,
): ComponentChild {
  const words: Readonly<Record<string, string>> = {
    "5m": "5 minutes",
    "1h": "hour",
    "1d": "day",
    "7d": "week",
    "30d": "month",
  };
  return h(
    "nav",
    { class: "ranges", "aria-label": "Span of the charts" },
    ranges.map((range) =>
      h(
        "a",
        {
          key: range,
          href: `${path}?range=${range}`,
          "aria-current": range === current ? "true" : undefined,
        },
        words[range] ?? range,
      )
    ),
  );
}
