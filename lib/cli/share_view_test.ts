import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { someShare } from "../../tests/support/share_snapshot.ts";
import type { ProgressMode } from "./progress.ts";
import { ShareView } from "./share_view.ts";
import { makeStyle } from "./style.ts";
import { width } from "./width.ts";

function capture(mode: ProgressMode, columns = 80, rows = 24) {
  let now = 1000;
  const written: string[] = [];
  const view = new ShareView({
    mode,
    clock: { now: () => now },
    write: (text) => written.push(text),
    columns: () => columns,
    rows: () => rows,
    event: () => written.push("an event"),
    style: makeStyle(false),
  });
  return { view, written, pass: (ms: number) => now += ms };
}

function linesOf(drawing: string): string[] {
  // deno-lint-ignore no-control-regex -- the escape sequences are what is taken off
  return drawing.replaceAll(/\r\x1b\[\d+A|\x1b\[[KJ]|^\r/g, "").split("\r\n");
}

Deno.test("a share has a line with peers, rate, ratio and how often it was fetched", () => {
  const { view, written, pass } = capture("bar");
  view.update([someShare({ uploaded: 0 }), someShare({ port: 2, name: "other" })]);
  pass(1000);
  const active = [{ id: 1, to: "192.0.2.1:5", sent: 1, total: 2 }];
  view.update([
    someShare({ uploaded: 2_500_000, peers: 2, active, completed: 1 }),
    someShare({ port: 2, name: "other" }),
  ]);
  assertEquals(linesOf(written.at(-1)!), [
    "film.mkv  3 peers   ↑ 2.5 MB/s   ratio 0.50  fetched once  2.5 MB sent",
    "other     0 peers   ↑ 0 B/s      ratio 0.00  not fetched yet  0 B sent",
  ]);
});

Deno.test("what can no longer be sent says why", () => {
  const { view, written } = capture("bar");
  view.update([someShare({ problem: "it shrank\x1b[2J" })]);
  assertStringIncludes(linesOf(written[0]!)[0]!, "film.mkv  it shrank\\u{1b}[2J");
});

Deno.test("the lines fit any terminal", () => {
  const names = ["a", "日本語の長いファイル名".repeat(9), "x".repeat(300), "c", "d"];
  for (let columns = 20; columns <= 200; columns++) {
    for (const rows of [2, 4, 24]) {
      const { view, written } = capture("bar", columns, rows);
      view.update(names.map((name, port) => someShare({ name, port, problem: names[port % 3] })));
      const lines = linesOf(written[0]!);
      assertEquals(lines.length, Math.min(names.length, rows - 1));
      for (const line of lines) assert(width(line) <= columns - 3, `${columns}: ${line}`);
    }
  }
});

Deno.test("without a terminal there is a line when something changed, at most every 10 s", () => {
  const { view, written, pass } = capture("lines");
  view.update([someShare()]);
  for (let ms = 0; ms < 60_000; ms += 500) {
    pass(500);
    view.update([someShare()]);
  }
  assertEquals(written, []);
  for (let ms = 0; ms < 30_000; ms += 500) {
    pass(500);
    view.update([someShare({ uploaded: ms * 100, completed: 2 })]);
  }
  assertEquals(written.length, 3);
  assertMatch(
    written[2]!,
    /^sharing film\.mkv {2}0 peers {2}2 MB sent {2}ratio 0\.40 {2}fetched 2 times {2}100 kB\/s up\n$/,
  );
});

Deno.test("JSON and quiet show nothing, and nothing is shown while paused", () => {
  for (const mode of ["json", "none"] as const) {
    const { view, written, pass } = capture(mode);
    view.update([someShare()]);
    pass(60_000);
    view.update([someShare({ completed: 1 })]);
    assertEquals(written, []);
  }
  const { view, written, pass } = capture("bar");
  view.update([someShare()]);
  view.pause();
  const before = written.length;
  pass(1000);
  view.update([someShare()]);
  view.draw();
  assertEquals(written.length, before);
  view.resume();
  view.update([someShare()]);
  assertEquals(written.length, before + 1);
});
