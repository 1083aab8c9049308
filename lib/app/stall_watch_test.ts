import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { StandingClock } from "../../tests/support/in_process.ts";
import { StallWatch } from "./stall_watch.ts";
import type { SwarmSnapshot } from "./swarm_types.ts";

type Part = Partial<Pick<SwarmSnapshot, "downloaded" | "metadata" | "health" | "known">>;

function snapshot(part: Part): SwarmSnapshot {
  return { downloaded: 0, health: "no_peers", known: 0, ...part } as SwarmSnapshot;
}

Deno.test("stall watch: as long as something arrives nothing is said", () => {
  const clock = new StandingClock();
  const watch = new StallWatch(2_000, clock);
  for (let downloaded = 1; downloaded < 5; downloaded++) {
    clock.advance(1_999);
    assertEquals(watch.note(snapshot({ downloaded })), undefined);
  }
  clock.advance(1_999);
  assertEquals(
    watch.note(snapshot({ downloaded: 4, metadata: { bytes: 9, size: 10 } })),
    undefined,
  );
  clock.advance(1_999);
  assertEquals(
    watch.note(snapshot({ downloaded: 4, metadata: { bytes: 9, size: 10 } })),
    undefined,
  );
});

Deno.test("stall watch: the error tells who is missing", () => {
  const cases: [Part, string][] = [
    [{}, "Nothing arrived for 2 s: no peer is known."],
    [{ known: 1 }, "no peer can be reached."],
    [{ known: 1, health: "connecting" }, "no peer can be reached."],
    [{ known: 1, health: "choked" }, "no peer sends anything."],
  ];
  for (const [part, text] of cases) {
    const clock = new StandingClock();
    const watch = new StallWatch(2_000, clock);
    clock.advance(2_000);
    const error = watch.note(snapshot(part));
    assertEquals(error?.code, "peer_connect");
    assertStringIncludes(error!.message, text);
  }
});

Deno.test("stall watch: time in which nothing can arrive does not count", () => {
  const clock = new StandingClock();
  const watch = new StallWatch(2_000, clock);
  clock.advance(100_000);
  watch.rest();
  clock.advance(1_999);
  assertEquals(watch.note(snapshot({})), undefined);
  clock.advance(1);
  assertEquals(watch.note(snapshot({}))?.code, "peer_connect");
});
