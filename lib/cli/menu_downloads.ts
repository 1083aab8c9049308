import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { swarmDownload } from "../app/swarm_download.ts";
import type { SwarmDownloadOptions, SwarmProgress } from "../app/swarm_types.ts";
import type { MenuLog } from "./menu_log.ts";
import type { Session } from "./session.ts";
import { describeSwarmDownload, roomQuestion } from "./swarm_result.ts";

/** A download that runs behind the menu. */
export interface MenuDownload {
  readonly id: number;
  readonly name: string;
  /** Whether everything is here; it is served to others then. */
  readonly complete: boolean;
  readonly progress?: SwarmProgress;
}

/** A question that a download waits for an answer to. */
export interface MenuQuestion {
  readonly message: string;
  answer(yes: boolean): void;
}

/** What is told of downloads while somebody looks. */
export interface MenuWatch {
  onProgress(id: number, progress: SwarmProgress): void;
  onEnd(id: number): void;
  /** There is something to print or to ask. */
  onNews(): void;
}

/** How a download from a swarm is run; the real one is `swarmDownload`. */
export type RunDownload = typeof swarmDownload;

interface Running {
  readonly id: number;
  name: string;
  complete: boolean;
  progress?: SwarmProgress;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** The downloads behind the menu: they go on while questions are on the terminal. */
export class MenuDownloads {
  readonly #session: Session;
  readonly #log: MenuLog;
  readonly #run: RunDownload;
  readonly #running = new Map<number, Running>();
  readonly #news: (() => void)[] = [];
  readonly #questions: MenuQuestion[] = [];
  #watch: MenuWatch | undefined;
  #nextId = 1;

  constructor(session: Session, log: MenuLog, run: RunDownload = swarmDownload) {
    this.#session = session;
    this.#log = log;
    this.#run = run;
  }

  /** All that run, in the order of their start. */
  get all(): readonly MenuDownload[] {
    return [...this.#running.values()];
  }

  /** How many are not complete. */
  get unfinished(): number {
    return this.all.filter(({ complete }) => !complete).length;
  }

  /** Starts a download. It serves what it has until it is stopped. */
  start(options: SwarmDownloadOptions): void {
    const id = this.#nextId++;
    const stop = new AbortController();
    const name = options.metainfo?.info.name ?? options.name ?? options.v2 ?? options.v1 ?? "";
    const ended = Promise.withResolvers<void>();
    const running: Running = { id, name, complete: false, stop, ended: ended.promise };
    this.#running.set(id, running);
    void this.#download(running, options).finally(() => {
      this.#running.delete(id);
      this.#watch?.onEnd(id);
      ended.resolve();
    });
  }

  /** Stops a download and waits for its end. */
  async stop(id: number): Promise<void> {
    const running = this.#running.get(id);
    running?.stop.abort(new AppError("interrupted", "Stopped."));
    await running?.ended;
  }

  /** Stops all of them. */
  async stopAll(): Promise<void> {
    await Promise.all(this.all.map(({ id }) => this.stop(id)));
  }

  /** Tells somebody of everything, or nobody any more. */
  watch(watch: MenuWatch | undefined): void {
    this.#watch = watch;
  }

  /** The next question that somebody must answer. */
  nextQuestion(): MenuQuestion | undefined {
    return this.#questions.shift();
  }

  get hasQuestions(): boolean {
    return this.#questions.length > 0;
  }

  /** Prints what happened since the last time. */
  flush(): void {
    for (const print of this.#news.splice(0)) print();
  }

  async #download(running: Running, options: SwarmDownloadOptions): Promise<void> {
    const { context, signal } = this.#session;
    try {
      await this.#run({
        ...options,
        seed: true,
        confirmOverwrite: (path) => this.#ask(`${printable(path)} exists. Replace it?`, running),
        onContents: async (contents) => {
          const { needed, room = Infinity } = contents;
          return room >= needed || await this.#ask(roomQuestion(contents), running);
        },
        onProgress: (progress) => {
          running.name = progress.name;
          running.progress = progress;
          this.#watch?.onProgress(running.id, progress);
        },
        onComplete: (result) => {
          running.complete = true;
          const lines = describeSwarmDownload(result);
          this.#tell(() => lines.forEach((line) => this.#session.output.line(line)));
        },
      }, {
        ...context,
        log: this.#log.log,
        signal: AbortSignal.any([signal, running.stop.signal]),
      });
    } catch (error) {
      this.#tell(() => this.#explain(running, error));
    }
  }

  #ask(message: string, { stop }: Running): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const question = { message, answer: resolve };
    this.#questions.push(question);
    stop.signal.addEventListener("abort", () => {
      const index = this.#questions.indexOf(question);
      if (index >= 0) this.#questions.splice(index, 1);
      resolve(false);
    }, { once: true });
    this.#watch?.onNews();
    return promise;
  }

  #tell(print: () => void): void {
    this.#news.push(print);
    this.#watch?.onNews();
  }

  #explain({ name, complete }: Running, error: unknown): void {
    const { logger, output } = this.#session;
    const shown = printable(name, 255);
    if (complete) return output.line(`no longer sharing ${shown}`);
    if (!(error instanceof AppError)) {
      return logger.always("error", `${shown}: ${messageOf(error)}. Please report this.`);
    }
    if (error.code === "file_exists") {
      return output.line("The file that is there stays as it is; nothing was downloaded.");
    }
    const level = error.code === "interrupted" ? "warn" : "error";
    logger.always(level, `${shown}: ${error.message}`);
  }
}
