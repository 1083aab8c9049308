import { assertEquals } from "jsr:@std/assert@1";
import { ServerClock } from "./server_clock.ts";

Deno.test("server clock: the machine's until the server tells, then the server's", () => {
  let now = 1_000;
  const clock = new ServerClock(() => 50_000, () => now);
  assertEquals(clock.now(), 50_000);
  clock.asked();
  now += 10;
  clock.told(9_000);
  assertEquals(clock.now(), 9_005.5);
  now += 500;
  assertEquals(clock.now(), 9_505.5);
});

Deno.test("server clock: it changes only where an answer says otherwise", () => {
  let now = 0;
  const clock = new ServerClock(() => 0, () => now);
  const answer = (took: number, time: number) => {
    clock.asked();
    now += took;
    clock.told(time);
    return clock.now() - now;
  };
  const offset = answer(2, 10_001);
  assertEquals(answer(1_000, 10_010), offset); // late, and it may have been so
  assertEquals(answer(0, 11_002), offset);
  assertEquals(answer(0, 21_002), 20_000); // it was set
});
