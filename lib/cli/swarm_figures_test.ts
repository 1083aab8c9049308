import { assertEquals } from "jsr:@std/assert@1";
import { someProgress } from "../../tests/support/swarm_progress.ts";
import { swarmFigures } from "./swarm_figures.ts";

Deno.test("bytes, percents and time left come from the pieces and the rate", () => {
  assertEquals(swarmFigures(someProgress()), {
    received: 500e6,
    total: 1000e6,
    done: 0.5,
    leftMs: 50_000,
    ratio: 0.1,
    peers: 2,
    known: 7,
  });
});

Deno.test("where only some files are wanted, only these count", () => {
  const pieces = { count: 1000, have: 100, missing: 100, begun: 0 };
  const progress = someProgress({ total: 200e6 }, { pieces });
  const { received, total, done, leftMs } = swarmFigures(progress);
  assertEquals([received, total, done, leftMs], [100e6, 200e6, 0.5, 10_000]);
});

Deno.test("nothing is counted before it is known", () => {
  const none = { pieces: undefined, peers: [], known: 0 };
  const { total: _, ...unknown } = someProgress({ phase: "finding" }, none);
  assertEquals(swarmFigures(unknown), { received: 0, peers: 0, known: 0 });
  const metadata = { bytes: 16384, size: 65536 };
  const asked = { ...unknown, phase: "metadata" as const };
  assertEquals(swarmFigures({ ...asked, snapshot: { ...asked.snapshot, metadata } }).done, 0.25);
});

Deno.test("checking counts what was checked; when it is done, all of it is here", () => {
  const checking = swarmFigures(
    someProgress({ phase: "checking", checked: 100e6, toCheck: 400e6 }),
  );
  assertEquals([checking.done, checking.received, checking.leftMs], [0.25, 0, undefined]);
  for (const phase of ["finishing", "seeding"] as const) {
    const pieces = { count: 1000, have: 1000, missing: 0, begun: 0 };
    const { received, total, done, leftMs } = swarmFigures(someProgress({ phase }, { pieces }));
    assertEquals([received, total, done, leftMs], [1000e6, 1000e6, 1, undefined]);
  }
});

Deno.test("an empty torrent is whole, and has no ratio", () => {
  const pieces = { count: 0, have: 0, missing: 0, begun: 0 };
  const { received, total, done, ratio } = swarmFigures(someProgress({ total: 0 }, { pieces }));
  assertEquals([received, total, done, ratio], [0, 0, 1, undefined]);
});
