import { assertEquals } from "jsr:@std/assert@1";
import { Expiry } from "./expiry.ts";

Deno.test("expiry: calls again until none is left, regularly, and no more once it is disposed of", async () => {
  const answers = [false, false, true, true, false];
  const calls: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let now = 0;
  const registry = {
    expire(now: number) {
      calls.push(now);
      if (calls.length === answers.length) resolve();
      return answers[calls.length - 1]!;
    },
  };
  const expiry = new Expiry(registry, () => ++now, 1);
  await promise;
  expiry[Symbol.dispose]();
  assertEquals(calls, [1, 2, 3, 4, 5]);
});
