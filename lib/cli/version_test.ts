import { assertEquals } from "jsr:@std/assert@1";
import { VERSION } from "./version.ts";

Deno.test("the programs and deno.json tell the same version", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assertEquals(VERSION, JSON.parse(text).version);
});
