import { assertEquals } from "jsr:@std/assert@1";
import { MenuLog } from "./menu_log.ts";

Deno.test("info is kept, warnings wait until they can be printed", () => {
  const printed: string[] = [];
  const log = new MenuLog((level, message) => printed.push(`${level} ${message}`));
  log.log("debug", "a");
  log.log("info", "b");
  log.log("warn", "c");
  assertEquals(printed, []);
  assertEquals(log.recent().map((entry) => entry.message), ["b", "c"]);
  log.flush();
  log.flush();
  assertEquals(printed, ["warn c"]);
});

Deno.test("memory is bounded", () => {
  const log = new MenuLog(() => {});
  for (let i = 0; i < 1000; i++) log.log("info", String(i));
  assertEquals(log.recent().length, 20);
  assertEquals(log.recent().at(-1)?.message, "999");
});
