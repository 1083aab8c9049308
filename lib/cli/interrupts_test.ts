import { assertEquals } from "jsr:@std/assert@1";
import { Interrupts } from "./interrupts.ts";

function make() {
  let exits = 0;
  const taken: string[] = [];
  let now = 0;
  const interrupts = new Interrupts(() => exits++, { now: () => now });
  const pass = (ms: number) => now += ms;
  const add = (name: string, takes = true) =>
    interrupts.add(() => {
      taken.push(name);
      return takes;
    });
  return { interrupts, taken, add, pass, exits: () => exits };
}

Deno.test("the first signal goes to the handler, its echo nowhere, a second one ends the program", () => {
  const { interrupts, taken, add, pass, exits } = make();
  add("program");
  interrupts.deliver("SIGINT");
  assertEquals([taken, exits()], [["program"], 0]);
  pass(10);
  interrupts.deliver("SIGINT");
  assertEquals(exits(), 0);
  pass(200);
  interrupts.deliver("SIGINT");
  assertEquals([taken, exits()], [["program"], 1]);
});

Deno.test("the latest handler is asked first; when it is gone, everything is as before", () => {
  const { interrupts, taken, add, pass, exits } = make();
  add("program");
  const prompt = add("prompt");
  interrupts.deliver("SIGINT");
  prompt[Symbol.dispose]();
  pass(200);
  const passing = add("passing", false);
  interrupts.deliver("SIGTERM");
  passing[Symbol.dispose]();
  assertEquals([taken, exits()], [["prompt", "passing", "program"], 0]);
});

Deno.test("a signal that nobody takes ends the program", () => {
  const { interrupts, exits } = make();
  interrupts.deliver("SIGINT");
  assertEquals(exits(), 1);
});
