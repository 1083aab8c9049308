import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { Logger, type LoggerOptions } from "./logger.ts";
import { makeStyle } from "./style.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const written: string[] = [];
  const logger = new Logger({
    write: (text) => written.push(text),
    level: "info",
    format: "text",
    date: () => new Date(2026, 10, 23, 20, 1, 2),
    style: makeStyle(false),
    ...options,
  });
  return { logger, written };
}

Deno.test("a line has date, time, level and message", () => {
  const { logger, written } = capture();
  logger.log("info", "hello");
  assertEquals(written, ["2026-11-23 20:01:02 INFO hello\n"]);
});

Deno.test("lines below the level are left out, unless always", () => {
  const { logger, written } = capture({ level: "error" });
  logger.log("warn", "no");
  logger.log("error", "yes");
  logger.always("info", "said");
  assertEquals(written.map((line) => line.slice(20)), ["ERROR yes\n", "INFO said\n"]);
});

Deno.test("what could harm a terminal is shown as its code point", () => {
  const { logger, written } = capture();
  logger.log("info", "a\x1b[2Jb\u202ec\rd");
  assertEquals(written[0]!.slice(20), "INFO a\\u{1b}[2Jb\\u{202e}c\\u{d}d\n");
});

Deno.test("JSON lines hold time, level and message", () => {
  const { logger, written } = capture({ format: "json" });
  logger.log("warn", 'a "b"\n');
  assertMatch(written[0]!, /^\{"time":"20.*Z","level":"warn","message":"a \\"b\\"\\n"\}\n$/);
});

Deno.test("a live line is taken off before a log line and put back after it", () => {
  const { logger, written } = capture();
  logger.setLive({ erase: () => written.push("erase"), draw: () => written.push("draw") });
  logger.log("info", "x");
  logger.log("debug", "x");
  assertEquals(logger.clearOfLive(() => written.push("result")), 5);
  logger.setLive(undefined);
  logger.log("info", "y");
  const line = "2026-11-23 20:01:02 INFO";
  const before = ["erase", `${line} x\n`, "draw", "erase", "result", "draw"];
  assertEquals(written, [...before, `${line} y\n`]);
});
