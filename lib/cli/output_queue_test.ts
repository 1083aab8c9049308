import { assertEquals } from "jsr:@std/assert@1";
import { OutputQueue } from "./output_queue.ts";

/** A reader that takes what is written when the test says so. */
function reader() {
  const decoder = new TextDecoder();
  const waiting: { bytes: Uint8Array; done: PromiseWithResolvers<number> }[] = [];
  let taken = "";
  let free = false;
  const take = (bytes: Uint8Array, most: number) => {
    const count = Math.min(most, bytes.length);
    taken += decoder.decode(bytes.subarray(0, count), { stream: true });
    return count;
  };
  return {
    get taken() {
      return taken;
    },
    writes: [] as number[],
    write(bytes: Uint8Array): Promise<number> {
      this.writes.push(bytes.length);
      if (free) return Promise.resolve(take(bytes, Infinity));
      const done = Promise.withResolvers<number>();
      waiting.push({ bytes, done });
      return done.promise;
    },
    /** Takes bytes of the write that waits. */
    take(most = Infinity) {
      const { bytes, done } = waiting.shift()!;
      done.resolve(take(bytes, most));
    },
    fail(error: Error) {
      waiting.shift()!.done.reject(error);
    },
    /** From now on everything is taken at once. */
    release() {
      free = true;
      this.take();
    },
  };
}

function queueOf(most = 1000) {
  const from = reader();
  const told: (string | number)[] = [];
  const queue = new OutputQueue({
    write: (bytes) => from.write(bytes),
    most,
    onClosed: () => told.push("closed"),
    onLeftOut: (count) => told.push(count),
  });
  return { from, queue, told };
}

Deno.test("output queue: whoever adds never waits, and the order is kept", async () => {
  const { from, queue, told } = queueOf();
  for (const text of ["a\n", "b\n", "c\n"]) queue.add(text);
  assertEquals(from.taken, "");
  from.take(1);
  await queue.flush(0);
  from.release();
  assertEquals(await queue.flush(60_000), true);
  assertEquals([from.taken, told], ["a\nb\nc\n", []]);
  // The first is written at once, those that came while it was not taken together.
  assertEquals(from.writes, [2, 1, 4]);
  queue.add("d\n");
  assertEquals(await queue.flush(60_000), true);
  assertEquals(from.taken, "a\nb\nc\nd\n");
});

Deno.test("output queue: of a state that nobody took only the latest is kept, in its place", async () => {
  const { from, queue, told } = queueOf();
  queue.add("begin\n");
  for (let count = 1; count <= 100_000; count++) {
    queue.add(`x${count}\n`, { latest: "x" });
    queue.add(`y${count}\n`, { latest: "y" });
    if (count === 50_000) queue.add("half\n");
  }
  from.release();
  await queue.flush(60_000);
  assertEquals([from.taken, told], ["begin\nhalf\nx100000\ny100000\n", []]);
});

Deno.test("output queue: what there is no room for is left out and counted, the last one never", async () => {
  const { from, queue, told } = queueOf(20);
  queue.add("begin\n");
  queue.add("state\n", { latest: "state" });
  for (const text of ["123456789\n", "123456789\n", "too much\n", "and more\n"]) queue.add(text);
  queue.add("state 2\n", { latest: "state" });
  queue.add("end\n", { last: true });
  from.release();
  await queue.flush(60_000);
  assertEquals(from.taken, "begin\n123456789\n123456789\nend\n");
  assertEquals(told, [2]);
});

Deno.test("output queue: lines are written whole, as many as a pipe takes at once", async () => {
  const { from, queue } = queueOf(1_000_000);
  queue.add("begin\n");
  const line = `${"x".repeat(999)}\n`;
  const long = `${"\u00fc".repeat(9999)}\n`;
  for (let count = 0; count < 5; count++) queue.add(line);
  queue.add(long);
  queue.add("end\n");
  from.release();
  await queue.flush(60_000);
  assertEquals(from.taken, `begin\n${line.repeat(5)}${long}end\n`);
  assertEquals(from.writes, [6, 4000, 1000, 19_999, 4]);
});

Deno.test("output queue: the end waits for the reader no longer than it may", async () => {
  const { from, queue } = queueOf();
  queue.add("a\n");
  assertEquals(await queue.flush(1), false);
  const controller = new AbortController();
  const waiting = queue.flush(60_000, controller.signal);
  controller.abort();
  assertEquals(await waiting, false);
  assertEquals(await queue.flush(60_000, controller.signal), false);
  from.release();
  assertEquals(await queue.flush(60_000), true);
});

Deno.test("output queue: a pipe that is full for now is tried again, one that is closed is not", async () => {
  const { from, queue, told } = queueOf();
  queue.add("a\n");
  queue.add("b\n");
  from.fail(new Deno.errors.WouldBlock("busy"));
  await queue.flush(20);
  while (from.writes.length < 2) await queue.flush(20);
  from.fail(new Deno.errors.BrokenPipe("gone"));
  assertEquals(await queue.flush(60_000), true);
  queue.add("c\n");
  assertEquals([from.taken, from.writes, queue.closed, told], ["", [2, 2], true, ["closed"]]);
});
