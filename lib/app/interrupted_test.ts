import { assertEquals } from "jsr:@std/assert@1";
import { EXIT_CODES } from "./errors.ts";
import { interrupted } from "./interrupted.ts";

Deno.test("interrupted: as shells have it, and with what is left behind", () => {
  const error = interrupted("Nothing is kept.");
  assertEquals(error.message, "Interrupted. Nothing is kept.");
  assertEquals([error.code, EXIT_CODES[error.code], error.fault], ["interrupted", 130, "local"]);
});
