import { assertEquals } from "jsr:@std/assert@1";
import { layerProblems } from "./layers.ts";

function problems(path: string, text: string): string[] {
  return layerProblems([{ path, text }]);
}

Deno.test("layers: imports that point down are fine", () => {
  assertEquals(problems("lib/app/a.ts", 'import { b } from "../wire/b.ts";'), []);
  assertEquals(problems("lib/cli/a.ts", 'import type { b } from "../app/b.ts";'), []);
  assertEquals(problems("lib/cli/a.ts", 'import c from "../../deno.json" with {};'), []);
  assertEquals(problems("lib/wire/a.ts", 'export { b } from "./b.ts";'), []);
  assertEquals(problems("tracker.ts", 'import { b } from "./lib/cli/b.ts";'), []);
});

Deno.test("layers: imports that point up, aside or past a layer are found", () => {
  for (
    const [path, specifier] of [
      ["lib/base/a.ts", "../meta/b.ts"],
      ["lib/net/a.ts", "../disk/b.ts"],
      ["lib/tracker/a.ts", "../swarm/b.ts"],
      ["lib/tracker/a_test.ts", "../app/b.ts"],
      ["lib/cli/a.ts", "../wire/b.ts"],
      ["lib/cli/a.ts", "../web/b.ts"],
      ["lib/app/a.ts", "../../scripts/b.ts"],
    ] as const
  ) {
    assertEquals(problems(path, `import {\n  b,\n} from "${specifier}";`).length, 1, path);
    assertEquals(problems(path, `const b = await import("${specifier}");`).length, 1, path);
    assertEquals(problems(path, `import "${specifier}";`).length, 1, path);
  }
});

Deno.test("layers: the sans-io layers use nothing outside", () => {
  assertEquals(problems("lib/wire/a.ts", "Deno.cwd();").length, 1);
  assertEquals(problems("lib/tracker/a.ts", "const t = Date.now();").length, 1);
  assertEquals(problems("lib/base/a.ts", "performance.now();").length, 1);
  assertEquals(problems("lib/meta/a.ts", 'import fs from "node:fs";').length, 1);
  assertEquals(problems("lib/meta/a.ts", 'import c from "node:crypto";'), []);
  assertEquals(problems("lib/base/clock.ts", "performance.now();"), []);
  assertEquals(problems("lib/base/clock.ts", "Date.now();").length, 1);
  assertEquals(problems("lib/wire/a_test.ts", "Deno.test(() => {});"), []);
  assertEquals(problems("lib/net/a.ts", "Deno.listen({ port: 0 });"), []);
  assertEquals(problems("lib/wire/a.ts", "// Deno.cwd()\n/* Date.now */ const a = 1;"), []);
});

Deno.test("layers: an unknown folder of lib is found", () => {
  assertEquals(problems("lib/utils/a.ts", "").length, 1);
});
