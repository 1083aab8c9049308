import { assertEquals } from "jsr:@std/assert@1";
import { MenuSession } from "../../tests/support/menu_session.ts";
import { overwriteQuestion } from "./confirm_overwrite.ts";

/** Counts how often it was paused, and is paused now. */
class Live {
  paused = 0;
  pauses = 0;
  pause(): void {
    this.paused++;
    this.pauses++;
  }
  resume(): void {
    this.paused--;
  }
}

Deno.test("overwriting: --yes answers, nobody to ask means no question", async () => {
  const { session } = new MenuSession([], ["seed", "x", "--yes"]);
  assertEquals(await overwriteQuestion(session)?.("/in/x"), true);
  const silent = { ...new MenuSession([], ["seed", "x"]).session, interactive: false };
  assertEquals(overwriteQuestion(silent), undefined);
});

Deno.test("overwriting: the question has the terminal to itself; who leaves it says no", async () => {
  const menu = new MenuSession(["y", "n", null], ["seed", "x"]);
  const live = new Live();
  const prompts = {
    ...menu.prompts,
    confirm: (message: string, yes: boolean) => {
      assertEquals(live.paused, 1);
      return menu.prompts.confirm(message, yes);
    },
  };
  const question = overwriteQuestion(menu.session, prompts, live)!;
  assertEquals([await question("/a"), await question("/b"), await question("/c\u001b")], [
    true,
    false,
    false,
  ]);
  assertEquals([live.paused, live.pauses], [0, 3]);
  assertEquals(menu.asked.at(-1), "/c\\u{1b} exists. Replace it?");
});
