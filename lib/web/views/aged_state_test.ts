import { assertEquals } from "jsr:@std/assert@1";
import { FakeData } from "../../../tests/web/fake_data.ts";
import { agedState } from "./aged_state.ts";
import type { ListState } from "./page_state.ts";

Deno.test("aged state: shares grow older, and nothing else changes", async () => {
  const data = new FakeData(1_800_000_000);
  const list: ListState = {
    kind: "list",
    stats: data.stats(),
    page: await data.shares({ limit: 2 }),
    query: { q: "", sort: "age", order: "asc", after: 0 },
  };
  const ages = list.page.shares.map(({ age }) => age + 90);
  const later = agedState(list, 90);
  assertEquals(later.kind === "list" && later.page.shares.map(({ age }) => age), ages);
  assertEquals(agedState(list, 0), list);
  assertEquals(agedState({ kind: "problem", title: "a", text: "b" }, 9), {
    kind: "problem",
    title: "a",
    text: "b",
  });
});
