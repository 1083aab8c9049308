import { assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { orAbort } from "./or_abort.ts";

const reason = new Error("enough");

Deno.test("what comes in time counts, value or error", async () => {
  const { signal } = new AbortController();
  assertEquals(await orAbort(Promise.resolve(1), signal), 1);
  const error = new Error("failed");
  assertStrictEquals(await assertRejects(() => orAbort(Promise.reject(error), signal)), error);
});

Deno.test("the signal's reason ends the wait, before it and while it lasts", async () => {
  const forever = new Promise<never>(() => {});
  const aborted = AbortSignal.abort(reason);
  assertStrictEquals(await assertRejects(() => orAbort(forever, aborted)), reason);
  const controller = new AbortController();
  const waiting = assertRejects(() => orAbort(forever, controller.signal));
  controller.abort(reason);
  assertStrictEquals(await waiting, reason);
});

Deno.test("what comes too late is discarded, and an error then is nobody's", async () => {
  const late = Promise.withResolvers<number>();
  const discarded: number[] = [];
  const aborted = AbortSignal.abort(reason);
  await assertRejects(() => orAbort(late.promise, aborted, (value) => discarded.push(value)));
  late.resolve(7);
  await late.promise;
  assertEquals(discarded, [7]);
  const failing = Promise.withResolvers<number>();
  await assertRejects(() => orAbort(failing.promise, aborted));
  failing.reject(new Error("too late"));
  await Promise.resolve();
});
