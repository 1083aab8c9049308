import { assert, assertEquals } from "jsr:@std/assert@1";
import { LayerError } from "../base/errors.ts";
import { MetaError } from "./errors.ts";

Deno.test("MetaError: its maker's fault unless told otherwise", () => {
  const error = new MetaError("empty", "there is no file");
  assert(error instanceof LayerError);
  assertEquals([error.name, error.code, error.fault], ["MetaError", "empty", "remote"]);
  assertEquals(new MetaError("empty", "no file", { fault: "local" }).fault, "local");
});
