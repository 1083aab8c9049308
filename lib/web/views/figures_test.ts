import { assertEquals } from "jsr:@std/assert@1";
import { agoText, bytesText, countText, delayText, plural, rateText, spanText } from "./figures.ts";

Deno.test("figures: bytes have three digits and a unit", () => {
  const table: [number | undefined, string][] = [
    [undefined, "–"],
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [12_345, "12.3 kB"],
    [999_499, "999 kB"],
    [999_500, "1.00 MB"],
    [1_340_000_000, "1.34 GB"],
    [2 ** 53, "9.01 PB"],
  ];
  for (const [bytes, text] of table) assertEquals(bytesText(bytes), text);
});

Deno.test("figures: numbers have no digit that means nothing", () => {
  assertEquals([0, 999, 1000, 1_204_553].map(countText), [
    "0",
    "999",
    "1\u202f000",
    "1\u202f204\u202f553",
  ]);
  assertEquals([0, 0.5, 1.404, 9.94, 31.24, 1234.5].map(rateText), [
    "0",
    "0.5",
    "1.4",
    "9.94",
    "31.2",
    "1\u202f235",
  ]);
  assertEquals([plural(1, "seeder"), plural(0, "seeder")], ["1 seeder", "0 seeders"]);
});

Deno.test("figures: times are told in the units that matter", () => {
  assertEquals([0, 59, 60, 3_600, 3_660, 90_000, 86_400, 1_000_000].map(spanText), [
    "0 s",
    "59 s",
    "1 min",
    "1 h",
    "1 h 1 min",
    "1 d 1 h",
    "1 d",
    "11 d",
  ]);
  assertEquals([0, 61, 7_300, 90_000, 200_000].map(agoText), [
    "just now",
    "1 min ago",
    "2 h ago",
    "yesterday",
    "2 days ago",
  ]);
  assertEquals([null, 0.00025, 0.0013, 1.3].map(delayText), ["–", "250 µs", "1.3 ms", "1.3 s"]);
});
