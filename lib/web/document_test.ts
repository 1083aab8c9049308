import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { makeAssets } from "./assets.ts";
import { pageDocument } from "./document.ts";

Deno.test("document: where there are no scripts for browsers the page is drawn, and says so", () => {
  const state = { kind: "problem", title: "Too </title> fast", text: 'Wait "a" moment.' } as const;
  const text = pageDocument(state, makeAssets(undefined));
  assertEquals(text.includes("<script"), false);
  assertMatch(text, /has no scripts for browsers/);
  assertMatch(text, /<title>Too &lt;\/title&gt; fast · Mini-Torrent tracker<\/title>/);
  assertMatch(text, /<h1>Too &lt;\/title> fast<\/h1>/);
  assertMatch(text, /data-state="\{&quot;kind&quot;:&quot;problem&quot;/);
});

Deno.test("document: files have other paths when their content is another", () => {
  const libraries = { preact: "export {};", uplot: "export {};", uplotStyle: "" };
  const one = makeAssets(libraries).script!;
  const other = makeAssets({ ...libraries, preact: "export { };" }).script!;
  assertEquals(one.loads[1]!.path, other.loads[1]!.path);
  assertEquals(one.loads[0]!.path === other.loads[0]!.path, false);
  assertEquals(one.start.path === other.start.path, false, "it names the others");
});
