import { assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { FakeSwarm } from "../../tests/support/fake_swarm.ts";
import { MenuSession } from "../../tests/support/menu_session.ts";
import { someProgress } from "../../tests/support/swarm_progress.ts";
import { AppError } from "../app/errors.ts";
import { MenuDownloads } from "./menu_downloads.ts";
import { MenuLog } from "./menu_log.ts";

function begin() {
  const menu = new MenuSession([]);
  const swarm = new FakeSwarm();
  const downloads = new MenuDownloads(menu.session, new MenuLog(() => {}), swarm.run);
  return { menu, swarm, downloads };
}

Deno.test("a download runs on its own, is told of once it is complete, and goes on to serve", async () => {
  const { menu, swarm, downloads } = begin();
  const one = swarm.next();
  downloads.start(swarm.options("film.mkv"));
  assertEquals([downloads.all.length, downloads.unfinished], [1, 1]);
  assertEquals(one.options.seed, true);
  one.options.onProgress?.(someProgress({ name: "the real name" }));
  assertEquals(downloads.all[0]!.name, "the real name");
  one.complete();
  assertEquals([downloads.all.length, downloads.unfinished], [1, 0]);
  assertEquals(menu.text, "");
  downloads.flush();
  assertStringIncludes(menu.text, "/in/film.mkv\n");
  await downloads.stopAll();
  assertEquals(downloads.all, []);
  downloads.flush();
  assertStringIncludes(menu.text, "no longer sharing the real name");
});

Deno.test("one is stopped, the others go on", async () => {
  const { menu, swarm, downloads } = begin();
  downloads.start(swarm.options("a"));
  downloads.start(swarm.options("b"));
  await downloads.stop(downloads.all[0]!.id);
  assertEquals(downloads.all.map(({ name }) => name), ["b"]);
  downloads.flush();
  assertMatch(menu.text, /WARN a: Stopped by the test/);
  await downloads.stopAll();
});

Deno.test("what fails is told, each kind in its words", async () => {
  const table: [Error, RegExp][] = [
    [new AppError("file_exists", "there"), /^The file that is there stays as it is/],
    [new AppError("protocol", "It is broken."), /ERROR film: It is broken\.\n$/],
    [new Error("boom"), /ERROR film: boom\. Please report this\.\n$/],
  ];
  for (const [error, pattern] of table) {
    const { menu, swarm, downloads } = begin();
    const one = swarm.next();
    downloads.start(swarm.options("film"));
    one.fail(error);
    await one.over;
    assertEquals(downloads.all, []);
    downloads.flush();
    assertMatch(menu.text, pattern);
  }
});

Deno.test("questions wait for somebody, and nobody answers those of a download that is stopped", async () => {
  const { swarm, downloads } = begin();
  const one = swarm.next();
  downloads.start(swarm.options("film"));
  const replaced = one.options.confirmOverwrite!("/in/film\x1b[2J");
  assertEquals(downloads.hasQuestions, true);
  const question = downloads.nextQuestion()!;
  assertEquals(question.message, "/in/film\\u{1b}[2J exists. Replace it?");
  question.answer(true);
  assertEquals(await replaced, true);
  const contents = { name: "film", path: "/in/film", size: 9, files: [], here: 0, needed: 9 };
  assertEquals(await one.options.onContents!({ ...contents, room: 9 }), true);
  const goOn = one.options.onContents!({ ...contents, room: 8 });
  assertEquals(downloads.hasQuestions, true);
  await downloads.stopAll();
  assertEquals(await goOn, false);
  assertEquals([downloads.hasQuestions, downloads.nextQuestion()], [false, undefined]);
});

Deno.test("who looks is told of everything", async () => {
  const { swarm, downloads } = begin();
  const told: string[] = [];
  downloads.watch({
    onProgress: (id, { phase }) => told.push(`${id} ${phase}`),
    onEnd: (id) => told.push(`${id} ended`),
    onNews: () => told.push("news"),
  });
  const one = swarm.next();
  downloads.start(swarm.options("film"));
  one.options.onProgress?.(someProgress());
  one.complete();
  await downloads.stopAll();
  assertEquals(told, ["1 receiving", "news", "news", "1 ended"]);
});
