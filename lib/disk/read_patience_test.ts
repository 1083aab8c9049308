import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { ReadPatience } from "./read_patience.ts";

Deno.test("read patience: a slow read sends the next ones to a thread, for a while", () => {
  let now = 0;
  const patience = new ReadPatience(() => now);
  const read = (ms: number) => patience.timed(() => now += ms);
  for (let times = 0; times < 100; times++) {
    assertEquals(patience.isQuick(), true);
    read(3);
  }
  read(5);
  for (let times = 0; times < 64; times++) assertEquals(patience.isQuick(), false, `${times}`);
  assertEquals(patience.isQuick(), true);
});

Deno.test("read patience: what is thrown passes, and its time counts", () => {
  let now = 0;
  const patience = new ReadPatience(() => now);
  const fail = () => {
    now += 50;
    throw new Error("no such block");
  };
  assertThrows(() => patience.timed(fail), Error, "no such block");
  assertEquals(patience.isQuick(), false);
});
