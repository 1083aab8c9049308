import { assert, assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { Admission } from "./admission.ts";

const never = new AbortController().signal;

/** Asks for a place; what came of it is in `ends`. */
function asker(admission: Admission) {
  const ends: string[] = [];
  const places = new Map<string, Disposable>();
  const ask = (name: string, signal: AbortSignal = never) =>
    admission.enter(signal).then((place) => {
      ends.push(place ? `${name} in` : `${name} away`);
      if (place) places.set(name, place);
    }, () => void ends.push(`${name} gave up`));
  const leave = (name: string) => places.get(name)![Symbol.dispose]();
  return { ends, ask, leave };
}

Deno.test("admission: as many as there is room are let in at once, the next ones in turn", async () => {
  const admission = new Admission(2, 10);
  const { ends, ask, leave } = asker(admission);
  await Promise.all(["a", "b"].map((name) => ask(name)));
  assertEquals([ends, admission.waiting], [["a in", "b in"], 0]);
  const waiting = ["c", "d", "e"].map((name) => ask(name));
  assertEquals(admission.waiting, 3);
  leave("b");
  await waiting[0];
  assertEquals([ends.slice(2), admission.waiting], [["c in"], 2]);
  leave("a");
  leave("c");
  await Promise.all(waiting);
  assertEquals([ends.slice(3), admission.waiting], [["d in", "e in"], 0]);
});

Deno.test("admission: a place that is left is free again", async () => {
  const admission = new Admission(1, 0);
  for (let n = 0; n < 3; n++) {
    using place = await admission.enter(never);
    assert(place);
    assertEquals(await admission.enter(never), undefined, "there was one place only");
  }
});

Deno.test("admission: when too many wait, the next one is turned away and may come again", async () => {
  const admission = new Admission(1, 2);
  const { ends, ask, leave } = asker(admission);
  await ask("a");
  const waiting = [ask("b"), ask("c")];
  await ask("d");
  assertEquals([ends, admission.waiting], [["a in", "d away"], 2]);
  leave("a");
  await waiting[0];
  const again = ask("d");
  assertEquals(admission.waiting, 2);
  leave("b");
  await waiting[1];
  leave("c");
  await again;
  assertEquals(ends.slice(2), ["b in", "c in", "d in"]);
});

Deno.test("admission: who gives up waiting holds nobody up", async () => {
  const admission = new Admission(1, 2);
  const { ends, ask, leave } = asker(admission);
  const controllers = [new AbortController(), new AbortController()];
  await ask("a");
  const [b, c] = [ask("b", controllers[0]!.signal), ask("c", controllers[1]!.signal)];
  controllers[0]!.abort();
  await b;
  assertEquals([ends, admission.waiting], [["a in", "b gave up"], 1]);
  const d = ask("d"); // there is room to wait again
  leave("a");
  await c;
  controllers[1]!.abort(); // too late to matter
  assertEquals(admission.waiting, 1);
  leave("c");
  await d;
  assertEquals(ends.slice(2), ["c in", "d in"]);
});

Deno.test("admission: the signal's reason is what is thrown", async () => {
  const admission = new Admission(1, 1);
  using _place = await admission.enter(never);
  const controller = new AbortController();
  const reason = new Error("closing time");
  const waiting = assertRejects(() => admission.enter(controller.signal));
  controller.abort(reason);
  assertStrictEquals(await waiting, reason);
  assertStrictEquals(await assertRejects(() => admission.enter(controller.signal)), reason);
  assertEquals(admission.waiting, 0);
});

Deno.test("admission: whatever happens, it agrees with a simple model", async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant("enter" as const) },
    { weight: 2, arbitrary: fc.constant("leave" as const) },
    { weight: 1, arbitrary: fc.constant("give up" as const) },
  );
  const steps = fc.array(fc.tuple(step, fc.nat()), { maxLength: 60, size: "max" });
  const counts = fc.integer({ min: 1, max: 4 });
  await fc.assert(
    fc.asyncProperty(counts, counts, steps, async (room, mostWaiting, all) => {
      const admission = new Admission(room, mostWaiting);
      const places = new Map<number, Disposable>();
      const controllers = new Map<number, AbortController>();
      const [inside, waiting]: [number[], number[]] = [[], []]; // the model
      for (const [id, [kind, pick]] of all.entries()) {
        if (kind === "enter") {
          const controller = new AbortController();
          controllers.set(id, controller);
          const entering = admission.enter(controller.signal);
          if (inside.length >= room && waiting.length >= mostWaiting) {
            assertEquals(await entering, undefined);
          } else {
            entering.then((place) => places.set(id, place!), () => {});
            (inside.length < room ? inside : waiting).push(id);
          }
        } else if (kind === "leave" && inside.length > 0) {
          const [gone] = inside.splice(pick % inside.length, 1);
          places.get(gone!)![Symbol.dispose]();
          places.delete(gone!);
          const next = waiting.shift();
          if (next !== undefined) inside.push(next);
        } else if (kind === "give up" && waiting.length > 0) {
          const [gone] = waiting.splice(pick % waiting.length, 1);
          controllers.get(gone!)!.abort();
        }
        await new Promise((resolve) => setTimeout(resolve, 0)); // who was let in has come in
        assertEquals([...places.keys()].sort(), inside.toSorted());
        assertEquals(admission.waiting, waiting.length);
      }
    }),
    { numRuns: 40 },
  );
});
