import { messageOf } from "../base/errors.ts";
import { LOWEST_PORT, SHARE_MAX_CONNECTIONS, STOP_GRACE_MS } from "../app/defaults.ts";
import { AppError } from "../app/errors.ts";
import { freePort } from "../app/share.ts";
import type { RunningShare } from "../app/types.ts";
import { usageError } from "./flags.ts";
import { MenuContext } from "./menu_context.ts";
import { menuDownload } from "./menu_download.ts";
import { MenuDownloads, type RunDownload } from "./menu_downloads.ts";
import { MenuLog } from "./menu_log.ts";
import { checkShareable, cleanPath } from "./menu_paths.ts";
import { answerQuestions, showDownloads } from "./menu_screen.ts";
import { showShares } from "./menu_shares.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { type Choice, PromptLeft, type Prompts, systemPrompts } from "./prompts.ts";
import { describeShare, startWithProgress } from "./seed_command.ts";
import type { Session } from "./session.ts";

/** `peer` alone: the menu. */
export async function menuCommand(session: Session): Promise<number> {
  if (!session.interactive) {
    const names = PEER_SPEC.commands.map(({ name }) => name).filter((name) => name !== "").join(
      ", ",
    );
    throw usageError("peer", "", `the menu needs a terminal. Commands: ${names}.`);
  }
  return await new Menu(session, systemPrompts(session.interrupts)).run();
}

/** The menu: questions in front, shares and downloads in the background. */
export class Menu {
  readonly #session: Session;
  readonly #prompts: Prompts;
  readonly #log: MenuLog;
  readonly #menu: MenuContext;
  readonly #shares = new Set<RunningShare>();
  readonly #downloads: MenuDownloads;

  /** @param run How a download from a swarm is run; absent: for real. */
  constructor(session: Session, prompts: Prompts, run?: RunDownload) {
    this.#session = session;
    this.#prompts = prompts;
    this.#log = new MenuLog(session.logger.log);
    this.#menu = new MenuContext(session, prompts, this.#log);
    this.#downloads = new MenuDownloads(session, this.#log, run);
  }

  /** Asks until the person leaves; then everything is stopped. */
  async run(): Promise<number> {
    const { signal, output, style } = this.#session;
    output.line(`${style.bold("Mini-Torrent")}  ${style.dim("Ctrl-C goes back or leaves")}`);
    try {
      while (!signal.aborted) {
        this.#log.flush();
        this.#downloads.flush();
        await this.#guard(() => answerQuestions(this.#downloads, this.#prompts));
        const choice = await this.#chooseOrLeave();
        if (signal.aborted) break;
        if (choice === "exit") {
          if (await this.#mayLeave()) break;
          continue;
        }
        await this.#guard(() => this.#do(choice));
      }
    } finally {
      await this.#stopAll();
      this.#log.flush();
      this.#downloads.flush();
    }
    return 0;
  }

  async #chooseOrLeave(): Promise<string> {
    const [shares, downloads] = [this.#shares.size, this.#downloads.all.length];
    const choices: Choice[] = [
      { name: "Seed a file or folder", value: "seed" },
      { name: "Download a file or folder", value: "download" },
      ...downloads > 0 ? [{ name: `Running downloads (${downloads})`, value: "downloads" }] : [],
      ...shares > 0 ? [{ name: `Shares (${shares})`, value: "shares" }] : [],
      { name: "Exit", value: "exit" },
    ];
    try {
      return await this.#prompts.choose("What now?", choices);
    } catch (error) {
      if (error instanceof PromptLeft) return "exit";
      throw error;
    }
  }

  async #do(choice: string): Promise<void> {
    if (choice === "seed") return await this.#seed();
    if (choice === "download") return await menuDownload(this.#menu, this.#downloads);
    if (choice === "shares") {
      return await showShares(this.#shares, this.#log, this.#prompts, this.#session);
    }
    await showDownloads(this.#downloads, this.#prompts, this.#session);
  }

  /** Nothing that goes wrong leaves the menu; Ctrl-C at a question goes back to it. */
  async #guard(action: () => Promise<void>): Promise<void> {
    const { logger, flags, output } = this.#session;
    try {
      await action();
    } catch (error) {
      if (error instanceof PromptLeft) return;
      const known = error instanceof AppError;
      if (known && error.code === "file_exists") {
        return output.line("The file that is there stays as it is; nothing was downloaded.");
      }
      const level = known && error.code === "interrupted" ? "warn" : "error";
      logger.always(level, known ? error.message : `${messageOf(error)}. Please report this.`);
      if (!known && flags.string("log-level") === "debug" && error instanceof Error) {
        logger.log("debug", error.stack ?? error.message);
      }
    }
  }

  async #seed(): Promise<void> {
    const { home } = this.#menu;
    const clean = (text: string) => cleanPath(text, home);
    const path = clean(
      await this.#prompts.path("Path of the file or folder", {
        check: (text) => checkShareable(clean(text)),
        home,
      }),
    );
    const port = await this.#prompts.number("Port to serve from", {
      default: freePort(),
      min: LOWEST_PORT,
      max: 65535,
    });
    const trackers = await this.#menu.askTrackers();
    const options = { path, port, trackers, maxConnections: SHARE_MAX_CONNECTIONS };
    const share = await this.#menu.cancellable((context) =>
      startWithProgress(this.#session, options, context)
    );
    this.#shares.add(share);
    for (const line of describeShare(share.snapshot())) this.#session.output.line(line);
  }

  async #mayLeave(): Promise<boolean> {
    const what = [
      plural(this.#shares.size, "share"),
      plural(this.#downloads.unfinished, "download"),
    ].filter((one) => one !== "");
    if (what.length === 0 || this.#session.signal.aborted) return true;
    if (this.#session.flags.boolean("yes")) return true;
    const one = this.#shares.size + this.#downloads.unfinished === 1;
    const question = `${what.join(" and ")} ${one ? "is" : "are"} active and will stop. Leave?`;
    try {
      return await this.#prompts.confirm(question, true);
    } catch (error) {
      if (error instanceof PromptLeft) return true;
      throw error;
    }
  }

  async #stopAll(): Promise<void> {
    const shares = [...this.#shares];
    this.#shares.clear();
    await Promise.allSettled([
      this.#downloads.stopAll(),
      ...shares.map((share) => share.stop(STOP_GRACE_MS)),
    ]);
  }
}

function plural(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}
