import { assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { gauge, TrackerMetrics } from "./tracker_metrics.ts";

Deno.test("tracker metrics: counts by door, and a histogram that adds up", () => {
  const metrics = new TrackerMetrics();
  metrics.announced("http", 0.02);
  metrics.announced("http", 0.3);
  metrics.announced("http", 5_000);
  metrics.announced("udp", 0);
  metrics.served("line", "classic");
  metrics.failed("udp", "too_fast");
  metrics.failed("udp", "too_fast");
  metrics.failed("line", "full");
  assertEquals(metrics.announces, { line: 0, http: 3, udp: 1 });
  assertEquals([metrics.refused, metrics.refusedBy("udp")], [3, 2]);
  const text = metrics.text();
  for (
    const line of [
      '_requests_total{door="http",request="announce"} 3',
      '_requests_total{door="line",request="classic"} 1',
      '_errors_total{door="udp",code="too_fast"} 2',
      '_announce_seconds_bucket{door="http",le="0.00005"} 1',
      '_announce_seconds_bucket{door="http",le="0.0005"} 2',
      '_announce_seconds_bucket{door="http",le="1"} 2',
      '_announce_seconds_bucket{door="http",le="+Inf"} 3',
      '_announce_seconds_count{door="http"} 3',
    ]
  ) assertStringIncludes(text, `mini_torrent${line}\n`);
});

Deno.test("tracker metrics: each line is a comment or a sample", () => {
  const metrics = new TrackerMetrics();
  metrics.failed("http", "bad_request");
  const text = metrics.text() + gauge("swarms", "Shares", { "": 1 }) +
    gauge("peers", "Peers", { 'kind="seeder"': 2 });
  assertStringIncludes(text, "mini_torrent_swarms 1\n");
  assertStringIncludes(text, 'mini_torrent_peers{kind="seeder"} 2\n');
  for (const line of text.trimEnd().split("\n")) {
    assertMatch(
      line,
      /^(# (HELP|TYPE) mini_torrent_\w+ .+|mini_torrent_\w+(\{[^{}]+\})? [\d.e-]+)$/,
    );
  }
});
