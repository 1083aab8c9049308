import { assertEquals } from "jsr:@std/assert@1";
import { formatBytes, formatRate, formatSpan, parseDuration, parseRate } from "./units.ts";

Deno.test("bytes and rates", () => {
  assertEquals(formatBytes(0), "0 B");
  assertEquals(formatBytes(1337), "1.34 kB");
  assertEquals(formatBytes(50_000_000), "50 MB");
  assertEquals(formatRate(1_200_000.4), "1.2 MB/s");
});

Deno.test("spans look like a clock", () => {
  assertEquals([0, 6500, 61_000, 3_723_000, 400 * 3_600_000].map(formatSpan), [
    "0:00",
    "0:07",
    "1:01",
    "1:02:03",
    "16 days",
  ]);
});

Deno.test("durations", () => {
  const good = { "500ms": 500, "60s": 60_000, "24h": 86_400_000, "1h30m": 5_400_000, "90": 90_000 };
  for (const [text, ms] of Object.entries(good)) assertEquals(parseDuration(text), ms, text);
  assertEquals(parseDuration("1.5s"), 1500);
  assertEquals(parseDuration("2d"), 172_800_000);
  for (const text of ["", "s", "-1s", "1x", "1 s", "99999d", "1e3", "0x10"]) {
    assertEquals(parseDuration(text), undefined, text);
  }
});

Deno.test("rates", () => {
  const table: [string, number | undefined][] = [
    ["500KB", 500_000],
    ["60MB", 60_000_000],
    ["1.5 MB/s", 1_500_000],
    ["60MiB", 62_914_560],
    ["1gib", 1_073_741_824],
    ["100k", 100_000],
    ["12345", 12_345],
    ["7Bps", 7],
    ["", undefined],
    ["MB", undefined],
    ["-1MB", undefined],
    ["1TB", undefined],
    ["1e6", undefined],
  ];
  for (const [text, rate] of table) assertEquals(parseRate(text), rate, text);
});
