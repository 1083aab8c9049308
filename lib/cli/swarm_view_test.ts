import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { somePeer, someProgress } from "../../tests/support/swarm_progress.ts";
import type { SwarmProgress } from "../app/swarm_types.ts";
import type { ProgressMode } from "./progress.ts";
import { makeStyle } from "./style.ts";
import { SwarmView } from "./swarm_view.ts";
import { width } from "./width.ts";

function capture(mode: ProgressMode, columns = 80, rows = 24) {
  let now = 1000;
  const written: string[] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  const view = new SwarmView({
    mode,
    clock: { now: () => now },
    write: (text) => written.push(text),
    columns: () => columns,
    rows: () => rows,
    event: (fields) => events.push(fields),
    style: makeStyle(false),
  });
  const pass = (ms: number) => {
    now += ms;
    view.tick();
  };
  return { view, written, events, pass };
}

/** The lines that a drawing puts on the terminal. */
function linesOf(drawing: string): string[] {
  // deno-lint-ignore no-control-regex -- the escape sequences are what is taken off
  return drawing.replaceAll(/\r\x1b\[\d+A|\x1b\[[KJ]|^\r/g, "").split("\r\n");
}

/** A terminal's screen after all that was written, for what a view writes. */
function screenOf(written: readonly string[]): string[] {
  const lines = [""];
  let row = 0;
  let column = 0;
  // deno-lint-ignore no-control-regex -- the escape sequences are what is played back
  for (const [part] of written.join("").matchAll(/\x1b\[\d*[AKJ]|\r|\n|[^\x1b\r\n]+/g)) {
    const line = lines[row] ?? "";
    if (part === "\r") column = 0;
    else if (part === "\n") row++;
    else if (part === "\x1b[K") lines[row] = line.slice(0, column);
    else if (part === "\x1b[J") lines.splice(row, lines.length, line.slice(0, column));
    else if (part.endsWith("A")) row -= Number(part.slice(2, -1)) || 1;
    else {
      lines[row] = line.slice(0, column).padEnd(column) + part + line.slice(column + part.length);
      column += part.length;
    }
    assert(row >= 0, "the cursor leaves the top of what was written");
    lines[row] ??= "";
  }
  return lines;
}

Deno.test("a download has a line about how far it is and one about its peers", () => {
  const { view, written } = capture("bar");
  view.update(1, someProgress({ map: [1, 1, 0.5, 0.2, 0, 0, 0, 1] }, { wasted: 16384 }));
  const [first, second] = linesOf(written[0]!);
  assertEquals(
    first,
    "film.mkv  ██████████▓▓▓▓▓▒▒▒▒▒░░░░░░░░░░░░░░░█████   50%  0:50 left",
  );
  assertEquals(
    second,
    "  ↓ 10 MB/s    ↑ 1 MB/s     2 of 7 peers  2 seeds  500 MB of 1 GB verified",
  );
});

Deno.test("each phase says what is being done", () => {
  const nobody = { peers: [], seeds: 0, known: 0, downRate: 0, health: "no_peers" as const };
  const { total: _, ...unknown } = someProgress({}, nobody);
  const asked = { ...unknown, phase: "metadata" as const };
  const metadata = { bytes: 16384, size: 65536 };
  const all = { count: 1000, have: 1000, missing: 0, begun: 0 };
  const done = { pieces: all, health: "complete" as const, downRate: 0, uploaded: 1500e6 };
  const table: [SwarmProgress, RegExp][] = [
    [{ ...unknown, phase: "finding" }, /looking for peers[^]*no peers found yet/],
    [asked, /asking peers what it is/],
    [
      { ...asked, snapshot: { ...asked.snapshot, metadata } },
      /25% {2}metadata[^]*16.4 kB of 65.5 kB of metadata/,
    ],
    [
      someProgress({ phase: "checking", checked: 250e6, toCheck: 1000e6 }),
      /█+░+ {3}25% {2}checking[^]*250 MB of 1 GB/,
    ],
    [someProgress({}, { downRate: 0, health: "choked" }), /50% {2}stalled[^]*choked by /],
    [someProgress({ phase: "finishing" }, done), /█+ {2}100% {2}finishing/],
    [someProgress({ phase: "seeding" }, done), /100% {2}seeding[^]*ratio 1\.50/],
    [someProgress({ problem: "the disk is full" }), /the disk is full/],
  ];
  for (const [progress, pattern] of table) {
    const { view, written } = capture("bar");
    view.update(1, progress);
    assertMatch(linesOf(written[0]!).join("\n"), pattern);
  }
});

Deno.test("the screen fits any terminal", () => {
  const names = [
    "a",
    "日本語の長いファイル名".repeat(9),
    "x".repeat(300),
    "e\u0301".repeat(99),
    "\x1b[2J",
  ];
  const peers = [somePeer({ choking: true, downRate: 0 })];
  for (let columns = 20; columns <= 200; columns++) {
    for (const rows of [4, 50]) {
      const { view, written, pass } = capture("bar", columns, rows);
      for (const [id, name] of names.entries()) {
        view.update(id, someProgress({ name, map: [0, 0.5, 1] }));
      }
      pass(100);
      view.update(9, someProgress({ name: names[1]! }, { downRate: 0, health: "choked", peers }));
      view.update(1, someProgress({ name: names[1]!, problem: names[1]!.repeat(9) }));
      view.update(2, { ...someProgress({ name: names[2]! }), phase: "finding" });
      pass(100);
      for (const text of written) {
        const lines = linesOf(text);
        assert(lines.length < rows, `${lines.length} lines in ${rows}`);
        for (const line of lines) {
          assert(width(line) <= columns - 3, `${columns}: ${width(line)} ${line}`);
          assert(!line.includes("\x1b"), line);
        }
      }
    }
  }
});

Deno.test("where there is no room for two lines each there is one, and a sum of what is left", () => {
  const { view, written, pass } = capture("bar", 80, 6);
  view.update(1, someProgress({ name: "one" }));
  pass(100);
  assertEquals(linesOf(written.at(-1)!).length, 2);
  for (let id = 2; id <= 5; id++) view.update(id, someProgress({ name: `${id}` }));
  pass(100);
  assertEquals(linesOf(written.at(-1)!).length, 5);
  view.update(1, someProgress({ name: "one", phase: "seeding" }));
  for (let id = 6; id <= 9; id++) view.update(id, someProgress({ name: `${id}` }));
  pass(100);
  const lines = linesOf(written.at(-1)!);
  assertEquals(lines.slice(0, 4).map((line) => line[0]), ["2", "3", "4", "5"]);
  assertEquals(
    lines[4],
    "and 5 more  60%  ↓ 50 MB/s  ↑ 5 MB/s  10 peers  3 GB of 5 GB",
  );
});

Deno.test("the screen is redrawn in place, and taken off without a trace", () => {
  const { view, written, pass } = capture("bar");
  for (const id of [1, 2, 3]) view.update(id, someProgress({ name: `name ${id}` }));
  for (let ms = 0; ms < 1000; ms += 10) {
    pass(10);
    // The log writes a line above.
    if (ms % 250 === 0) {
      view.erase();
      written.push(`log ${ms}\n`);
      view.draw();
    }
    if (ms === 500) view.remove(2);
  }
  const screen = screenOf(written);
  assertEquals(screen.slice(0, 4), ["log 0", "log 250", "log 500", "log 750"]);
  assertEquals(screen.length, 8);
  assertStringIncludes(screen[4]!, "name 1");
  assertStringIncludes(screen[6]!, "name 3");
  view.remove(1);
  view.remove(3);
  assertEquals(screenOf(written).slice(4).join(""), "");
});

Deno.test("a terminal that became narrower has wrapped the lines that stand on it", () => {
  let columns = 80;
  const written: string[] = [];
  const view = new SwarmView({
    mode: "bar",
    clock: { now: () => 0 },
    write: (text) => written.push(text),
    columns: () => columns,
    event: () => {},
    style: makeStyle(false),
  });
  view.update(1, someProgress());
  columns = 40;
  view.erase();
  assertEquals(written.at(-1), `\r\x1b[K${"\x1b[A\x1b[K".repeat(3)}`);
});

Deno.test("it is redrawn at most ten times a second", () => {
  const { view, written, pass } = capture("bar");
  for (let ms = 0; ms < 1000; ms++) {
    for (const id of [1, 2]) view.update(id, someProgress({}, { upRate: ms * 1e3 }));
    pass(1);
  }
  assert(written.length >= 9 && written.length <= 11, `${written.length} drawings`);
  // What stands there already is not written again.
  const before = written.length;
  for (let ms = 0; ms < 1000; ms += 100) pass(100);
  assert(written.length <= before + 1, `${written.length - before} drawings of the same`);
});

Deno.test("without a terminal there is a line every three seconds and at each phase", () => {
  const { view, written, pass } = capture("lines");
  view.update(1, someProgress({ phase: "checking", checked: 0, toCheck: 9 }));
  view.update(2, someProgress({ name: "other" }));
  let wasted = 0;
  for (let ms = 0; ms < 9_000; ms += 100) {
    view.update(1, someProgress({}, { wasted: ++wasted }));
    pass(100);
  }
  const all = { count: 1000, have: 1000, missing: 0, begun: 0 };
  view.update(1, someProgress({ phase: "finishing" }, { pieces: all, health: "complete" }));
  const mine = written.filter((line) => line.includes("film.mkv"));
  assertEquals(mine.length, 6);
  assertStringIncludes(mine[0]!, "checking film.mkv  0%");
  assertMatch(mine[1]!, /^receiving film\.mkv {2}50% {2}0:50 left {2}10 MB\/s down {2}1 MB\/s up/);
  assertStringIncludes(mine[5]!, "finishing film.mkv  100%");
  for (const line of written) assertMatch(line, /^[\x20-\x7e]+\n$/);
  // What did not change is not said over and over.
  assertEquals(written.filter((line) => line.includes("other")).length, 1);
});

Deno.test("JSON tells each phase at once, then four times a second", () => {
  const { view, events, written, pass } = capture("json");
  view.update(7, { ...someProgress({ phase: "finding" }), total: undefined });
  view.update(7, someProgress({ phase: "checking", checked: 5 }));
  for (let ms = 0; ms < 1000; ms += 10) {
    view.update(7, someProgress());
    pass(10);
  }
  assertEquals(events.slice(0, 3).map(({ phase }) => phase), ["finding", "checking", "receiving"]);
  assert(events.length >= 6 && events.length <= 7, `${events.length} events`);
  assertEquals(events.at(-1), {
    id: 7,
    name: "film.mkv",
    phase: "receiving",
    received: 500e6,
    total: 1000e6,
    rate: 10e6,
    upRate: 1e6,
    peers: 2,
    known: 7,
    seeds: 2,
    downloaded: 500e6,
    uploaded: 100e6,
    verified: 500e6,
    wasted: 0,
    ratio: 0.1,
    leftMs: 50_000,
    pieces: 1000,
    have: 500,
    availability: 2.5,
    health: "downloading",
  });
  assertEquals(written, []);
});

Deno.test("quiet shows nothing, and nothing is shown while paused", () => {
  const quiet = capture("none");
  quiet.view.update(1, someProgress());
  quiet.pass(5000);
  assertEquals([quiet.written, quiet.events], [[], []]);
  const { view, written, pass } = capture("bar");
  view.update(1, someProgress());
  view.pause();
  const before = written.length;
  pass(500);
  view.draw();
  assertEquals(written.length, before);
  view.resume();
  pass(500);
  assertEquals(written.length, before + 1);
});
