import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { TrackerError } from "../../tracker/errors.ts";
import { SliceQueue } from "./slice_queue.ts";

/** Works that tell when they are at it; a step takes a millisecond of the clock. */
class Works {
  now = 0;
  readonly told: string[] = [];

  *work(name: string, steps: number): Generator<void, string> {
    this.told.push(`${name} begins`);
    for (let n = 0; n < steps; n++) {
      this.now++;
      yield;
    }
    this.told.push(`${name} ends`);
    return name;
  }

  *failing(): Generator<void, string> {
    yield;
    throw new Error("no");
  }
}

Deno.test("slice queue: works are done one after the other, and others in between", async () => {
  const works = new Works();
  using queue = new SliceQueue(() => works.now);
  const doing = [queue.run(works.work("a", 9)), queue.run(works.work("b", 9))];
  setTimeout(() => works.told.push("other"), 0);
  assertEquals(await Promise.all(doing), ["a", "b"]);
  const [first, ...rest] = works.told;
  assertEquals(first, "a begins");
  assertEquals(rest.filter((one) => one !== "other"), ["a ends", "b begins", "b ends"]);
  assertEquals(works.told.indexOf("other") < works.told.length - 1, true);
});

Deno.test("slice queue: a failure is told to who waits for it alone", async () => {
  const works = new Works();
  using queue = new SliceQueue(() => works.now);
  const failing = queue.run(works.failing());
  const next = queue.run(works.work("a", 1));
  await assertRejects(() => failing, Error, "no");
  assertEquals(await next, "a");
});

Deno.test("slice queue: where too many wait the next is refused, and all are given up when it is stopped", async () => {
  const works = new Works();
  const queue = new SliceQueue(() => works.now);
  const waiting = Array.from({ length: 64 }, () => queue.run(works.work("a", 9)));
  const error = await assertRejects(() => queue.run(works.work("b", 1)), TrackerError);
  assertEquals(error.code, "full");
  queue[Symbol.dispose]();
  for (const one of waiting) await assertRejects(() => one, DOMException);
});
