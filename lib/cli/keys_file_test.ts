import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { join } from "node:path";
import { AppError } from "../app/errors.ts";
import { parseCommandLine } from "./flags.ts";
import { keysFile } from "./keys_file.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";

const fileOf = (args: string[], env: Record<string, string> = {}) =>
  keysFile(parseCommandLine(TRACKER_SPEC, args, () => undefined).flags, (name) => env[name]);

Deno.test("keys file: where a person says, or beside the tracker's state", () => {
  const state = join("/var", "lib", "state");
  assertEquals(fileOf(["--keys", "k.db", "--state-dir", state]), "k.db");
  assertEquals(fileOf(["--state-dir", state]), join(state, "keys.db"));
  assertEquals(fileOf(["--db", join(state, "x.db")]), join(state, "keys.db"));
  for (const db of [":memory:", "redis://127.0.0.1"]) {
    assertEquals(fileOf(["--db", db, "--state-dir", state]), join(state, "keys.db"));
  }
});

Deno.test("keys file: without any place it says what to do", () => {
  assertThrows(() => fileOf(["--db", ":memory:"]), AppError, "name a file with --keys");
});
