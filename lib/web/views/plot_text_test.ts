import { assertEquals } from "jsr:@std/assert@1";
import type { PlotData } from "./plot_data.ts";
import {
  newestOf,
  overSpan,
  plotValueText,
  plotWords,
  roundTop,
  spanSeconds,
} from "./plot_text.ts";
import { stillArea, stillPath } from "./still_plot.ts";

Deno.test("plot: it is told in words", () => {
  const plot: PlotData = {
    title: "Peers",
    unit: "count",
    step: 60,
    end: 1_000,
    span: 300,
    lines: [
      { label: "Seeders", tone: 1, values: [3, null, 14, 12, null] },
      { label: "Leechers", tone: 2, values: [null] },
    ],
  };
  const words = "Peers. Seeders: now 12, between 3 and 14. Leechers: nothing known yet.";
  assertEquals(plotWords(plot), words);
  assertEquals(newestOf([]), null);
  assertEquals(plotValueText("rate", 1.5), "1.5/s");
  assertEquals(plotValueText("bytes", null), "–");
});

Deno.test("plot: its scale ends at a round number", () => {
  assertEquals([0, 0.3, 1, 7, 12, 21, 26, 99, 1_001].map(roundTop), [
    1,
    0.5,
    1,
    10,
    20,
    25,
    50,
    100,
    2_000,
  ]);
});

Deno.test("plot: a picture has gaps where nothing is known", () => {
  const frame = { width: 40, height: 10, top: 10 };
  assertEquals(
    stillPath([0, 5, null, 10, 10], frame),
    "M0.0 10.0h0.01L10.0 5.0M30.0 0.0h0.01L40.0 0.0",
  );
  assertEquals(
    stillArea([0, 5, null, 10, 10], frame),
    "M0.0 10L0.0 10.0L10.0 5.0L10.0 10ZM30.0 10L30.0 0.0L40.0 0.0L40.0 10Z",
  );
  assertEquals(stillPath([], frame), "");
});

Deno.test("plot: it covers the whole span, however little is known", () => {
  assertEquals(["5m", "1h", "1d", "7d", "30d"].map(spanSeconds), [
    300,
    3_600,
    86_400,
    604_800,
    2_592_000,
  ]);
  assertEquals(overSpan([1, 2], { span: 40, step: 10 }), [null, null, 1, 2]);
  assertEquals(overSpan([1, 2, 3], { span: 20, step: 10 }), [1, 2, 3]);
});
