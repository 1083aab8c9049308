import { printable } from "../base/printable.ts";
import type { MenuDownloads } from "./menu_downloads.ts";
import type { Prompts } from "./prompts.ts";
import { progressOptions, type Session, showLive } from "./session.ts";
import { SwarmView } from "./swarm_view.ts";

/** What ends the live screen. */
type Ended = "key" | "done" | "question";

/**
 * The live screen of the downloads behind the menu, until a key, or until the last one that was
 * under way is complete. Questions of downloads are asked in between.
 *
 * @throws {PromptLeft} On Ctrl-C.
 */
export async function watchDownloads(
  downloads: MenuDownloads,
  prompts: Prompts,
  session: Session,
): Promise<"key" | "done"> {
  const { output, style } = session;
  output.line(style.dim("Any key goes back to the menu; downloads go on."));
  const waits = downloads.unfinished > 0;
  for (;;) {
    const ended = await watchOnce(downloads, prompts, session, waits);
    downloads.flush();
    if (ended !== "question") return ended;
    await answerQuestions(downloads, prompts);
  }
}

/** Asks what downloads wait for. A question that is left is answered with no. */
export async function answerQuestions(downloads: MenuDownloads, prompts: Prompts): Promise<void> {
  for (let next = downloads.nextQuestion(); next; next = downloads.nextQuestion()) {
    let yes = false;
    try {
      yes = await prompts.confirm(next.message, false);
    } finally {
      next.answer(yes);
    }
  }
}

/** The screen of the menu that shows what is being downloaded, and can stop it. */
export async function showDownloads(
  downloads: MenuDownloads,
  prompts: Prompts,
  session: Session,
): Promise<void> {
  if (await watchDownloads(downloads, prompts, session) === "done") return;
  const choices = [
    { name: "Back", value: "back" },
    ...downloads.all.map(({ id, name, complete }) => {
      const what = complete ? "Stop sharing" : "Stop";
      return { name: `${what} ${printable(name, 60)}`, value: String(id) };
    }),
  ];
  if (choices.length === 1) return;
  const chosen = await prompts.choose("Downloads", choices);
  if (chosen !== "back") await downloads.stop(Number(chosen));
  downloads.flush();
}

async function watchOnce(
  downloads: MenuDownloads,
  prompts: Prompts,
  session: Session,
  waits: boolean,
): Promise<Ended> {
  using live = showLive(new SwarmView(progressOptions(session)), session);
  const { view } = live;
  const over = new AbortController();
  let ended: Ended = "key";
  const look = () => {
    view.erase();
    downloads.flush();
    view.draw();
    if (downloads.hasQuestions) ended = "question";
    else if (waits && downloads.unfinished === 0) ended = "done";
    if (ended !== "key") over.abort();
  };
  for (const { id, progress } of downloads.all) if (progress) view.update(id, progress);
  downloads.watch({
    onProgress: (id, progress) => view.update(id, progress),
    onEnd: (id) => {
      view.remove(id);
      look();
    },
    onNews: look,
  });
  try {
    look();
    await prompts.anyKey(over.signal);
    return ended;
  } finally {
    downloads.watch(undefined);
  }
}
