import { assertEquals } from "jsr:@std/assert@1";
import { Interrupts } from "./interrupts.ts";

function make() {
  let exits = 0;
  const taken: string[] = [];
  const interrupts = new Interrupts(() => exits++);
  const add = (name: string, takes = true) =>
    interrupts.add(() => {
      taken.push(name);
      return takes;
    });
  return { interrupts, taken, add, exits: () => exits };
}

Deno.test("the first signal goes to the handler, a second one ends the program", () => {
  const { interrupts, taken, add, exits } = make();
  add("program");
  interrupts.deliver("SIGINT");
  assertEquals([taken, exits()], [["program"], 0]);
  interrupts.deliver("SIGINT");
  assertEquals([taken, exits()], [["program"], 1]);
});

Deno.test("the latest handler is asked first; when it is gone, everything is as before", () => {
  const { interrupts, taken, add, exits } = make();
  add("program");
  const prompt = add("prompt");
  interrupts.deliver("SIGINT");
  prompt[Symbol.dispose]();
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
