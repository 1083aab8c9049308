import { assertEquals } from "jsr:@std/assert@1";
import { parseConfig } from "../lib/cli/config_file.ts";
import { flagsOf, inFile } from "../lib/cli/spec.ts";
import { TRACKER_SPEC } from "../lib/cli/tracker_spec.ts";
import { inRoot } from "./packages.ts";

const TRACKER = TRACKER_SPEC.commands.find(({ name }) => name === "")!;

Deno.test("docs: the example of a file of settings is right, and has every setting", async () => {
  const text = await Deno.readTextFile(inRoot("docs/tracker.toml"));
  const flags = flagsOf(TRACKER);
  const set = parseConfig("docs/tracker.toml", text, flags);
  assertEquals(set.get("port"), ["8000"]);
  for (const [key, texts] of set) {
    const { default: fallback } = flags.find(({ name }) => name === key)!;
    if (fallback !== undefined) assertEquals(texts, [fallback], `${key} is not its default`);
  }
  const all = text.replace(/^# (?=[a-z-]+ = )/gm, "");
  const named = parseConfig("docs/tracker.toml", all, flags);
  const lacking = TRACKER.flags.filter((flag) => inFile(flag) && !named.has(flag.name));
  assertEquals(lacking.map(({ name }) => name), [], "docs/tracker.toml lacks a line for them");
});
