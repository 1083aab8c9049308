import { assert, assertEquals, assertFalse, assertLessOrEqual } from "jsr:@std/assert@1";
import { FIRST_DEPTH, LEAST_DEPTH, MAX_LATE_REQUESTS, MAX_QUEUED_REQUESTS } from "./defaults.ts";
import { RequestQueue } from "./request_queue.ts";

function request(block: number) {
  return { piece: block, begin: 0, length: 16_384 };
}

function add(queue: RequestQueue, block: number, now = 0): void {
  queue.add(block, request(block), 0, now);
}

/** Asks for as much as it may and gets it, at a rate. @returns The depth in the end. */
function flow(queue: RequestQueue, { perSecond, seconds }: { perSecond: number; seconds: number }) {
  let next = 0;
  let first = 0;
  for (let at = 0; at < perSecond * seconds; at++) {
    const now = at * 1000 / perSecond;
    while (queue.owed < queue.depth) add(queue, next++, now);
    queue.take(first++);
    queue.arrived(now);
  }
  return queue.depth;
}

Deno.test("RequestQueue: what is asked for is owed until it comes, is waived or is taken back", () => {
  const queue = new RequestQueue(0);
  add(queue, 1);
  add(queue, 2);
  assertEquals([queue.owed, queue.owes(1), queue.has(1)], [2, true, true]);
  assertEquals(queue.waive(1)?.owed, false);
  assertEquals([queue.owed, queue.owes(1), queue.has(1)], [1, false, true]);
  assertEquals(queue.waive(1), undefined);
  assertEquals(queue.take(1)?.request, request(1));
  assertEquals([queue.take(1), queue.owed], [undefined, 1]);
  assertEquals([...queue.owing()].map(([block]) => block), [2]);
});

Deno.test("RequestQueue: a waived block may be asked for again", () => {
  const queue = new RequestQueue(0);
  add(queue, 1);
  queue.waive(1);
  add(queue, 1);
  assertEquals([queue.owed, queue.owes(1)], [1, true]);
});

Deno.test("RequestQueue: the depth is what comes in two seconds", () => {
  for (const perSecond of [10, 40, 100]) {
    const depth = flow(new RequestQueue(0), { perSecond, seconds: 20 });
    assertLessOrEqual(
      Math.abs(depth - 2 * perSecond),
      2 + 0.1 * perSecond,
      `${perSecond}: ${depth}`,
    );
  }
});

Deno.test("RequestQueue: a slow peer gets enough for the round trip", () => {
  assertEquals(flow(new RequestQueue(0), { perSecond: 1, seconds: 60 }), LEAST_DEPTH);
});

Deno.test("RequestQueue: it begins small and doubles each round trip", () => {
  const queue = new RequestQueue(0);
  assertEquals(queue.depth, FIRST_DEPTH);
  for (let at = 0; at < FIRST_DEPTH; at++) queue.arrived(10);
  assertEquals(queue.depth, 2 * FIRST_DEPTH);
});

Deno.test("RequestQueue: the depth is never more than the peer keeps, nor than 500", () => {
  for (const [told, most] of [[0, 1], [5, 5], [400, 400], [1e9, MAX_QUEUED_REQUESTS]] as const) {
    const queue = new RequestQueue(0);
    queue.limit(told);
    assertLessOrEqual(flow(queue, { perSecond: 5000, seconds: 3 }), most);
  }
  const untold = new RequestQueue(0);
  assertLessOrEqual(flow(untold, { perSecond: 5000, seconds: 3 }), 250);
});

Deno.test("RequestQueue: one that snubs is owed one, until a block comes", () => {
  const queue = new RequestQueue(0);
  queue.snubbed = true;
  assertEquals(queue.depth, 1);
  queue.arrived(1);
  assertFalse(queue.snubbed);
  assert(queue.depth > 1);
});

Deno.test("RequestQueue: of what is not owed any more only the last is remembered", () => {
  const queue = new RequestQueue(0);
  for (let block = 0; block < 3 * MAX_LATE_REQUESTS; block++) {
    add(queue, block);
    queue.waive(block);
  }
  assertEquals(queue.owed, 0);
  assertFalse(queue.has(0));
  assertFalse(queue.has(2 * MAX_LATE_REQUESTS - 1));
  assert(queue.has(2 * MAX_LATE_REQUESTS));
});

Deno.test("RequestQueue: the time of silence begins with the first request", () => {
  const queue = new RequestQueue(0);
  add(queue, 1, 500);
  add(queue, 2, 900);
  assertEquals(queue.progress, 500);
  queue.arrived(1000);
  assertEquals(queue.progress, 1000);
});
