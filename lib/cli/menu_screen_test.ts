import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { FakeSwarm } from "../../tests/support/fake_swarm.ts";
import { type Answer, MenuSession } from "../../tests/support/menu_session.ts";
import { someProgress } from "../../tests/support/swarm_progress.ts";
import { MenuDownloads } from "./menu_downloads.ts";
import { MenuLog } from "./menu_log.ts";
import { answerQuestions, showDownloads, watchDownloads } from "./menu_screen.ts";
import { PromptLeft } from "./prompts.ts";

function begin(...answers: Answer[]) {
  const menu = new MenuSession(answers);
  const swarm = new FakeSwarm();
  const downloads = new MenuDownloads(menu.session, new MenuLog(() => {}), swarm.run);
  return { menu, swarm, downloads };
}

Deno.test("the screen shows what runs, and a key goes back while it goes on", async () => {
  const { menu, swarm, downloads } = begin("(key)");
  const one = swarm.next();
  downloads.start(swarm.options("film"));
  one.options.onProgress?.(someProgress({ name: "film" }));
  assertEquals(await watchDownloads(downloads, menu.prompts, menu.session), "key");
  assertStringIncludes(menu.text, "film  █");
  assertEquals(menu.text.endsWith("\r\x1b[K\x1b[A\x1b[K"), true);
  const before = menu.text;
  one.options.onProgress?.(someProgress({ name: "film" }));
  assertEquals(menu.text, before);
  assertEquals(downloads.all.length, 1);
  await downloads.stopAll();
});

Deno.test("the screen ends by itself when the last download is complete", async () => {
  const { menu, swarm, downloads } = begin();
  const [one, two] = [swarm.next(), swarm.next()];
  downloads.start(swarm.options("one"));
  downloads.start(swarm.options("two"));
  const watching = watchDownloads(downloads, menu.prompts, menu.session);
  one.complete();
  assertStringIncludes(menu.text, "/in/one\n");
  two.complete();
  assertEquals(await watching, "done");
  assertStringIncludes(menu.text, "/in/two\n");
  await downloads.stopAll();
});

Deno.test("a question of a download is asked in between", async () => {
  const { menu, swarm, downloads } = begin("y", "(key)");
  const one = swarm.next();
  downloads.start(swarm.options("film"));
  const replace = one.options.confirmOverwrite!("/in/film");
  assertEquals(await watchDownloads(downloads, menu.prompts, menu.session), "key");
  assertEquals(await replace, true);
  assertEquals(menu.asked, ["/in/film exists. Replace it?"]);
  await downloads.stopAll();
});

Deno.test("a question that is left means no", async () => {
  const { menu, swarm, downloads } = begin(null);
  const one = swarm.next();
  downloads.start(swarm.options("film"));
  const replace = one.options.confirmOverwrite!("/in/film");
  await assertRejects(() => answerQuestions(downloads, menu.prompts), PromptLeft);
  assertEquals(await replace, false);
  await downloads.stopAll();
});

Deno.test("after a key one can be stopped, or none", async () => {
  const { menu, swarm, downloads } = begin("(key)", "back", "(key)", (choices) => {
    assertEquals(choices.map(({ name }) => name), ["Back", "Stop sharing one", "Stop two"]);
    return choices[2]!.value;
  });
  const one = swarm.next();
  downloads.start(swarm.options("one"));
  downloads.start(swarm.options("two"));
  one.complete();
  await showDownloads(downloads, menu.prompts, menu.session);
  assertEquals(downloads.all.length, 2);
  await showDownloads(downloads, menu.prompts, menu.session);
  assertEquals(downloads.all.map(({ name }) => name), ["one"]);
  assertStringIncludes(menu.text, "two: Stopped by the test.");
  assertEquals(menu.left, 0);
  await downloads.stopAll();
});
