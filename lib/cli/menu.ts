import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { LOWEST_PORT, SHARE_MAX_CONNECTIONS, STALL_TIMEOUT_MS } from "../app/defaults.ts";
import { DEFAULT_TRACKER_PORT, STOP_GRACE_MS } from "../app/defaults.ts";
import { AppError } from "../app/errors.ts";
import { formatHostPort, parseHostPort } from "../app/host_port.ts";
import { listPeers } from "../app/list.ts";
import { freePort } from "../app/share.ts";
import type { AppContext, HostPort, RunningShare } from "../app/types.ts";
import { describeDownload, downloadWithProgress, isName } from "./download_command.ts";
import { usageError } from "./flags.ts";
import { MenuLog } from "./menu_log.ts";
import { checkFile, cleanPath } from "./menu_paths.ts";
import { showShares } from "./menu_shares.ts";
import { PromptLeft, type Prompts, systemPrompts } from "./prompts.ts";
import { describeShare, startWithProgress } from "./seed_command.ts";
import type { Session } from "./session.ts";

/** `peer` alone: the menu. */
export async function menuCommand(session: Session): Promise<number> {
  if (!session.interactive) {
    const names = "seed, download, list, completions, help";
    throw usageError("peer", "", `the menu needs a terminal. Commands: ${names}.`);
  }
  return await new Menu(session, systemPrompts(session.interrupts)).run();
}

/** The menu: questions in front, shares in the background. */
export class Menu {
  readonly #session: Session;
  readonly #prompts: Prompts;
  readonly #log: MenuLog;
  readonly #shares = new Set<RunningShare>();
  #trackers: readonly HostPort[];

  constructor(session: Session, prompts: Prompts) {
    this.#session = session;
    this.#prompts = prompts;
    this.#log = new MenuLog(session.logger.log);
    this.#trackers = session.flags.addresses("tracker");
  }

  /** Asks until the person leaves; then everything is stopped. */
  async run(): Promise<number> {
    const { signal, output, style } = this.#session;
    output.line(`${style.bold("Mini-Torrent")}  ${style.dim("Ctrl-C goes back or leaves")}`);
    try {
      while (!signal.aborted) {
        this.#log.flush();
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
    }
    return 0;
  }

  async #chooseOrLeave(): Promise<string> {
    const choices = [
      { name: "Seed a file", value: "seed" },
      { name: "Download a file", value: "download" },
      { name: "Exit", value: "exit" },
    ];
    if (this.#shares.size > 0) {
      choices.splice(2, 0, { name: `Shares (${this.#shares.size})`, value: "shares" });
    }
    try {
      return await this.#prompts.choose("What now?", choices);
    } catch (error) {
      if (error instanceof PromptLeft) return "exit";
      throw error;
    }
  }

  async #do(choice: string): Promise<void> {
    if (choice === "seed") return await this.#seed();
    if (choice === "download") return await this.#download();
    await showShares(this.#shares, this.#log, this.#prompts, this.#session);
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
    const { output, terminal } = this.#session;
    const home = terminal.env("HOME") ?? terminal.env("USERPROFILE");
    const clean = (text: string) => cleanPath(text, home);
    const path = clean(
      await this.#prompts.path("Path of the file", {
        check: (text) => checkFile(clean(text)),
        home,
      }),
    );
    const port = await this.#prompts.number("Port to serve from", {
      default: freePort(),
      min: LOWEST_PORT,
      max: 65535,
    });
    await this.#askTracker();
    const share = await this.#cancellable((context) =>
      startWithProgress(this.#session, {
        path,
        port,
        trackers: this.#trackers,
        maxConnections: SHARE_MAX_CONNECTIONS,
      }, context)
    );
    this.#shares.add(share);
    const snapshot = share.snapshot();
    output.line(describeShare(snapshot));
    output.line(`  SHA-256 ${snapshot.sha256}`);
  }

  async #download(): Promise<void> {
    const { output, terminal } = this.#session;
    const name = (await this.#prompts.text("Name of the file", { check: isName })).trim();
    await this.#askTracker();
    const list = await this.#cancellable((context) =>
      listPeers({ name, trackers: this.#trackers }, context)
    );
    if (list.peers.length === 0) {
      throw new AppError("not_found", `Nobody shares "${printable(name, 255)}".`);
    }
    const choices = list.peers.map((peer, index) => {
      const address = formatHostPort(peer);
      return { name: printable(address), value: String(index) };
    });
    const chosen = Number(await this.#prompts.choose("Peer to take it from", choices, "0"));
    const home = terminal.env("HOME") ?? terminal.env("USERPROFILE");
    const dest = cleanPath(
      await this.#prompts.path("Folder or file to write to", { default: ".", home }),
      home,
    );
    const result = await this.#cancellable((context) =>
      downloadWithProgress(
        this.#session,
        {
          name,
          dest,
          trackers: this.#trackers,
          from: [list.peers[chosen]!],
          force: false,
          stallTimeoutMs: STALL_TIMEOUT_MS,
        },
        this.#prompts,
        context,
      )
    );
    for (const line of describeDownload(result)) output.line(line);
  }

  async #askTracker(): Promise<void> {
    const current = this.#trackers.map(formatHostPort).join(",");
    const read = (text: string) => {
      return text.split(",").map((one) => parseHostPort(one.trim(), DEFAULT_TRACKER_PORT));
    };
    const answer = await this.#prompts.text("Tracker", {
      default: current,
      check: (text) => {
        try {
          read(text);
          return true;
        } catch (error) {
          return messageOf(error);
        }
      },
    });
    this.#trackers = read(answer);
  }

  /** Runs something that Ctrl-C cancels without leaving the menu. */
  async #cancellable<T>(action: (context: AppContext) => Promise<T>): Promise<T> {
    const { interrupts, context, signal } = this.#session;
    const controller = new AbortController();
    using _handler = interrupts.add((name) => {
      if (name !== "SIGINT") return false;
      controller.abort(new AppError("interrupted", "Cancelled."));
      return true;
    });
    return await action({
      ...context,
      log: this.#log.log,
      signal: AbortSignal.any([signal, controller.signal]),
    });
  }

  async #mayLeave(): Promise<boolean> {
    const count = this.#shares.size;
    if (count === 0 || this.#session.signal.aborted) return true;
    if (this.#session.flags.boolean("yes")) return true;
    const what = count === 1 ? "1 share is" : `${count} shares are`;
    try {
      return await this.#prompts.confirm(`${what} active and will stop. Leave?`, true);
    } catch (error) {
      if (error instanceof PromptLeft) return true;
      throw error;
    }
  }

  async #stopAll(): Promise<void> {
    const shares = [...this.#shares];
    this.#shares.clear();
    await Promise.allSettled(shares.map((share) => share.stop(STOP_GRACE_MS)));
  }
}
