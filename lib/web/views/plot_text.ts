import { bytesText, countText, delayText, rateText } from "./figures.ts";
import type { PlotData } from "./plot_data.ts";

/** A value of a chart for a person. */
export function plotValueText(unit: PlotData["unit"], value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  switch (unit) {
    case "count":
      return Number.isInteger(value) ? countText(value) : rateText(value);
    case "rate":
      return `${rateText(value)}/s`;
    case "bytes":
      return bytesText(value);
    case "seconds":
      return value === 0 ? "0" : delayText(value);
    default:
      return unit satisfies never;
  }
}

/** The newest value of a line that is known. */
export function newestOf(values: readonly (number | null)[]): number | null {
  for (let at = values.length - 1; at >= 0; at--) {
    const value = values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The seconds of a span of time as it is asked for: `5m`, `1h`, `30d`. */
export function spanSeconds(range: string): number {
  const seconds = { m: 60, h: 3_600, d: 86_400 };
  const unit = range.endsWith("d") ? "d" : range.endsWith("h") ? "h" : "m";
  return seconds[unit] * parseInt(range);
}

/** Values over the whole span of a chart: what is older than what is known is not known. */
export function overSpan(
  values: readonly (number | null)[],
  { span, step }: Pick<PlotData, "span" | "step">,
): readonly (number | null)[] {
  const missing = Math.max(0, Math.min(10_000, Math.round(span / step)) - values.length);
  return [...new Array<null>(missing).fill(null), ...values];
}

/** What a chart shows, in words: `Seeders: now 12, between 3 and 14.` */
export function plotWords({ title, unit, lines }: PlotData): string {
  const words = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: nothing known yet.`;
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const [now, low, high] = [newestOf(values), least, most].map((value) =>
      plotValueText(unit, value)
    );
    return `${label}: now ${now}, between ${low} and ${high}.`;
  });
  return `${title}. ${words.join(" ")}`;
}

/** The top of a chart's scale: a round number that nothing exceeds. */
export function roundTop(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}
