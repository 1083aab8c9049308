import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { type ProgressMode, ProgressView } from "./progress.ts";
import { makeStyle } from "./style.ts";
import { width } from "./width.ts";

function capture(mode: ProgressMode, columns = 80, label = "film.mkv") {
  let now = 1000;
  const written: string[] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  const view = new ProgressView(label, {
    mode,
    clock: { now: () => now },
    write: (text) => written.push(text),
    columns: () => columns,
    event: (fields) => events.push(fields),
    style: makeStyle(false),
  });
  const receive = (received: number, after: number, total: number | undefined = 1000e6) => {
    now += after;
    view.update({ phase: "receiving", received, ...(total ? { total } : {}), from: "192.0.2.1:9" });
  };
  return { view, written, events, receive, pass: (ms: number) => now += ms };
}

function shown(written: readonly string[]): string {
  // deno-lint-ignore no-control-regex -- the escape sequence is what is taken off
  return written.at(-1)!.replace(/^\r\x1b\[K/, "");
}

Deno.test("the bar shows percent, bytes, speed and time left", () => {
  const { written, receive } = capture("bar");
  receive(0, 0);
  receive(100e6, 1000);
  receive(200e6, 1000);
  const line = shown(written);
  assertStringIncludes(line, "receiving film.mkv");
  assertStringIncludes(line, "20%");
  assertStringIncludes(line, "100 MB/s");
  assertStringIncludes(line, "0:08 left");
  assertStringIncludes(line, "200 MB of 1 GB");
  assertMatch(line, /█+░+/);
});

Deno.test("the bar fits any terminal", () => {
  for (let columns = 1; columns <= 130; columns++) {
    for (const label of ["a", "日本語の長いファイル名".repeat(9), "x".repeat(300)]) {
      for (const total of [1000e6, undefined]) {
        const { view, written, receive } = capture("bar", columns, label);
        view.update({ phase: "finding", received: 0 });
        receive(0, 500, total);
        receive(333e6, 500, total);
        receive(1000e6, 500, total);
        for (const text of written) {
          const line = shown([text]);
          assert(width(line) <= Math.max(1, columns - 1), `${columns}: ${line}`);
        }
      }
    }
  }
});

Deno.test("the bar is redrawn at most ten times a second", () => {
  const { written, receive } = capture("bar");
  for (let ms = 0; ms < 1000; ms++) receive(ms * 1e5, 1);
  assert(written.length <= 10, `${written.length} drawings`);
  assert(written.length >= 9);
});

Deno.test("without a terminal there is a line every three seconds, without escapes", () => {
  const { view, written, receive } = capture("lines");
  for (let ms = 0; ms < 10_000; ms += 100) receive(ms * 1e4, 100);
  assertEquals(written.length, 3);
  for (const line of written) assertMatch(line, /^receiving film\.mkv {2}[\x20-\x7e]+\n$/);
  view.update({ phase: "finishing", received: 1000e6, total: 1000e6 });
  assertStringIncludes(written.at(-1)!, "finishing film.mkv  100%");
});

Deno.test("JSON tells each phase at once, then four times a second", () => {
  const { view, events, written, receive } = capture("json");
  view.update({ phase: "finding", received: 0 });
  view.update({ phase: "connecting", received: 0, from: "192.0.2.1:9" });
  for (let ms = 0; ms < 1000; ms += 10) receive(ms * 1e5, 10);
  assertEquals(events.slice(0, 2).map((event) => event.phase), ["finding", "connecting"]);
  assert(events.length >= 5 && events.length <= 7, `${events.length} events`);
  const { phase, total, from, rate } = events.at(-1)!;
  assertEquals({ phase, total, from }, { phase: "receiving", total: 1000e6, from: "192.0.2.1:9" });
  assert(typeof rate === "number" && rate > 9e7);
  assertEquals(written, []);
});

Deno.test("quiet shows nothing, and nothing is shown while paused", () => {
  const quiet = capture("none");
  quiet.receive(1, 5000);
  assertEquals([quiet.written, quiet.events], [[], []]);
  const { view, written, receive } = capture("bar");
  receive(1, 500);
  view.pause();
  const before = written.length;
  receive(2, 500);
  view.draw();
  assertEquals(written.length, before);
  view.resume();
  receive(3, 500);
  assertEquals(written.length, before + 1);
});

Deno.test("the speed falls while nothing arrives", () => {
  const { view, written, receive, pass } = capture("bar");
  receive(0, 0);
  receive(100e6, 1000);
  for (let i = 0; i < 20; i++) {
    pass(300);
    view.tick();
  }
  assertStringIncludes(shown(written), "stalled");
});

Deno.test("an empty file is whole", () => {
  const { view, written } = capture("bar");
  view.update({ phase: "finishing", received: 0, total: 0 });
  assertStringIncludes(shown(written), "100%");
});
