import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { Component, Fragment, h } from "./preact.ts";
import { moduleText } from "./module_text.ts";
import { renderToString } from "./render.ts";
import { appView } from "./views/app_view.ts";
import type { PageState } from "./views/page_state.ts";
import { VIEW_MODULES } from "./view_modules.ts";

Deno.test("module text: functions and classes stand in it as they run, below the imports", () => {
  function double(value: number): number {
    return 2 * value;
  }
  class Box {
    #value = 1;
    read(): number {
      return double(this.#value);
    }
  }
  const text = moduleText([{ double }, { Box }], "");
  assertEquals(new Function(`${text}return new Box().read();`)(), 2);
  assertEquals(moduleText([{ double }], 'import "x";\n').startsWith('import "x";\nfunction'), true);
});

Deno.test("module text: what a browser would not find there is refused", () => {
  assertThrows(() => moduleText([{ limit: 3 }], ""), Error, "limit is neither");
  assertThrows(() => moduleText([{ act: () => 1 }], ""), Error, "act is not declared");
  function one(): void {}
  assertThrows(() => moduleText([{ one }, { one }], ""), Error, "two are called one");
});

Deno.test("module text: a browser's views draw what the server's do", () => {
  const state: PageState = { kind: "problem", title: "<b>", text: "It is \u202E not" };
  const text = moduleText(VIEW_MODULES, "");
  const make = new Function("Component", "Fragment", "h", `${text}return appView;`);
  const inBrowser: typeof appView = make(Component, Fragment, h);
  const drawn = [inBrowser, appView].map((view) =>
    renderToString(h(Fragment, null, view(state, { liveness: "live" })))
  );
  assertEquals(drawn[0], drawn[1]);
});
