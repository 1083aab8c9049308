import { assert, assertEquals } from "jsr:@std/assert@1";
import { makeStyle, wantsColor } from "./style.ts";

Deno.test("colours need a terminal, and neither --no-color nor NO_COLOR", () => {
  assert(wantsColor({ isTerminal: true, noColorFlag: false }));
  assert(wantsColor({ isTerminal: true, noColorFlag: false, noColorEnv: "" }));
  assert(!wantsColor({ isTerminal: false, noColorFlag: false }));
  assert(!wantsColor({ isTerminal: true, noColorFlag: true }));
  assert(!wantsColor({ isTerminal: true, noColorFlag: false, noColorEnv: "1" }));
  wantsColor({ isTerminal: true, noColorFlag: false });
  assertEquals(makeStyle(false).red("x"), "x");
});
