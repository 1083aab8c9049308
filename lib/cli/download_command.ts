import { STALL_TIMEOUT_MS } from "../app/defaults.ts";
import { isFolder } from "../app/destination.ts";
import { AppError } from "../app/errors.ts";
import { findSource, type Source } from "../app/find_source.ts";
import { swarmDownload } from "../app/swarm_download.ts";
import type { SwarmDownloadOptions, SwarmDownloadResult } from "../app/swarm_types.ts";
import { printable } from "../base/printable.ts";
import { lineTrackers } from "../app/tracker_url.ts";
import { describeDownload, downloadWithProgress } from "./classic_download.ts";
import { overwriteQuestion, yesOrNo } from "./confirm_overwrite.ts";
import { downloadOperands } from "./download_operands.ts";
import { usageError } from "./flags.ts";
import { contentsFields, downloadFields, swarmDownloadFields } from "./json_output.ts";
import { namedTrackers } from "./named_trackers.ts";
import { PromptLeft, type Prompts, systemPrompts } from "./prompts.ts";
import { type Live, progressOptions, type Session, showLive, showProgress } from "./session.ts";
import { stdoutSink } from "./stdout_sink.ts";
import { type ShareSettings, shareSettings } from "./swarm_flags.ts";
import {
  describeContents,
  describeFound,
  describeSwarmDownload,
  roomQuestion,
} from "./swarm_result.ts";
import { SwarmView } from "./swarm_view.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `peer download`: fetches what was named, all at once. */
export async function downloadCommand(session: Session): Promise<number> {
  const { flags, line, output, interactive, interrupts } = session;
  const prompts = interactive ? systemPrompts(interrupts) : undefined;
  const operands = await downloadOperands(line.operands, flags.string("to"));
  const { dest } = operands;
  const whats = operands.whats.length > 0 ? operands.whats : [await askName(prompts)];
  await checkTogether(session, whats, dest);
  const sources: Source[] = [];
  for (const what of whats) sources.push(await sourceOf(what, session, prompts));
  const settings = shareSettings(flags, sources.length, session.context);
  const fields = await fetchAll(sources, session, prompts, (source, index) => ({
    ...settings[index]!,
    source,
    ...dest !== undefined && { dest },
  }));
  output.end(
    "result",
    fields.length === 1 ? fields[0]! : { command: "download", downloads: fields },
  );
  return 0;
}

/** What one download needs beside the session. */
interface Job extends ShareSettings {
  readonly source: Source;
  readonly dest?: string;
}

async function checkTogether(
  { flags, output }: Session,
  whats: readonly string[],
  dest: string | undefined,
): Promise<void> {
  const alone = ["stdout", "sha256", "hash"].find((name) => flags.given(name));
  if (whats.length > 1 && alone) {
    throw usageError(
      "peer",
      "download",
      `--${alone} is for one WHAT, and there are ${whats.length}.`,
    );
  }
  if (whats.length > 1 && dest !== undefined && !await isFolder(dest)) {
    throw new AppError(
      "file_open",
      `There is no folder "${
        printable(dest, 4096)
      }" for all that is to be downloaded. Create it, or ` +
        "choose another destination.",
    );
  }
  if (flags.boolean("stdout") && output.json) {
    throw usageError("peer", "download", "--stdout and --json both write to standard output.");
  }
}

async function sourceOf(
  what: string,
  session: Session,
  prompts: Prompts | undefined,
): Promise<Source> {
  const { flags, context } = session;
  const hash = flags.string("hash");
  using progress = showProgress(what, session);
  progress.view.update({ phase: "finding", received: 0 });
  return await findSource({
    what,
    trackers: namedTrackers(flags),
    trackersGiven: flags.given("tracker"),
    peers: [...flags.addresses("from"), ...flags.addresses("peer")],
    ...hash !== undefined && { hash },
    classic: flags.boolean("classic"),
    ...prompts && {
      choose: async (contents) => {
        const choices = contents.map((content, index) => {
          return { name: describeFound(content), value: String(index) };
        });
        const question = `Several contents are called ${printable(what)}. Which one?`;
        progress.stop();
        return contents[Number(await asked(() => prompts.choose(question, choices, "0")))]!;
      },
    },
  }, context);
}

/**
 * Downloads from swarms run side by side; those by the original's protocol come after them, but
 * before them if they go on when they are complete.
 */
async function fetchAll(
  sources: readonly Source[],
  session: Session,
  prompts: Prompts | undefined,
  jobOf: (source: Source, index: number) => Job,
): Promise<Fields[]> {
  const jobs = sources.map(jobOf);
  const results: Fields[] = [];
  const failures: unknown[] = [];
  const settle = (index: number, work: Promise<Fields>) =>
    work.then((fields) => void (results[index] = fields), (error) => {
      // One that fails does not end the others.
      if (jobs.length > 1) tell(index, error, session);
      failures.push(error);
    });
  const fromSwarms = async () => {
    if (!sources.some(({ kind }) => kind === "swarm")) return;
    using live = showLive(new SwarmView(progressOptions(session)), session);
    await Promise.all(jobs.map((job, index) =>
      job.source.kind === "swarm" &&
      settle(
        index,
        fetchFromSwarm(index, job, job.source.source, live, session, prompts)
          .finally(() => live.view.remove(index)),
      )
    ));
  };
  const seeds = wishes(session).seed === true;
  if (!seeds) await fromSwarms();
  for (const [index, job] of jobs.entries()) {
    if (job.source.kind !== "classic" || session.signal.aborted) continue;
    await settle(index, fetchClassic(job.source.name, job, session, prompts));
  }
  if (seeds) await fromSwarms();
  if (failures.length > 0) throw summaryOf(failures, jobs.length);
  return results;
}

function tell(id: number, error: unknown, { logger, output }: Session): void {
  if (!(error instanceof AppError) || error.code === "interrupted") return;
  const { code, message } = error;
  logger.always("error", message);
  output.event("failed", { id, code, message });
}

/** What ends a command of several downloads: its failures have been told one by one. */
function summaryOf(failures: readonly unknown[], count: number): unknown {
  const [first] = failures;
  if (count === 1 || !(first instanceof AppError) || first.code === "interrupted") return first;
  return new AppError(first.code, `${failures.length} of ${count} downloads failed.`, {
    cause: first,
  });
}

async function fetchFromSwarm(
  id: number,
  { dest, source: _source, ...settings }: Job,
  torrent: Extract<Source, { kind: "swarm" }>["source"],
  { view }: Live<SwarmView>,
  session: Session,
  prompts: Prompts | undefined,
): Promise<Fields> {
  const { flags, context, output } = session;
  const confirmOverwrite = overwriteQuestion(session, prompts, view);
  const confirmRoom = yesOrNo(session, prompts, view, roomQuestion);
  const piped = flags.boolean("stdout");
  await using folder = piped && dest === undefined ? await temporaryFolder() : undefined;
  const result = await swarmDownload({
    ...torrent,
    ...settings,
    ...dest !== undefined && { dest },
    ...folder && { dest: folder.path },
    ...wishes(session),
    force: flags.boolean("force"),
    ...piped && { sink: stdoutSink },
    ...confirmOverwrite && { confirmOverwrite },
    onProgress: (progress) => view.update(id, progress),
    onContents: async (contents) => {
      for (const text of describeContents(contents)) context.log("info", text);
      output.event("contents", { id, ...contentsFields(contents) });
      const { needed, room = Infinity } = contents;
      if (room >= needed) return true;
      if (confirmRoom && !flags.boolean("yes")) return await confirmRoom(contents);
      context.log(
        "warn",
        `${roomQuestion(contents).replace(" Go on?", "")} It waits when it is full.`,
      );
      return true;
    },
    onComplete: (done) => {
      if (!piped) { for (const text of describeSwarmDownload(done)) output.line(text); }
      output.event("complete", { id, ...swarmDownloadFields(done) });
    },
  }, context);
  return swarmDownloadFields(result satisfies SwarmDownloadResult);
}

/** What the flags say for every download from a swarm. */
function wishes({ flags }: Session): Partial<SwarmDownloadOptions> {
  const ratio = flags.number("ratio");
  const seedTimeMs = flags.number("seed-time");
  const sha256 = flags.string("sha256")?.toLowerCase();
  const stallTimeoutMs = flags.number("stall-timeout");
  const limits = [flags.number("down-limit"), flags.number("share-down-limit")]
    .filter((limit) => limit !== undefined);
  return {
    onlyPeers: flags.given("from"),
    only: flags.strings("only"),
    sequential: flags.boolean("sequential"),
    seed: flags.boolean("seed") || ratio !== undefined || seedTimeMs !== undefined,
    ...ratio !== undefined && { ratio },
    ...seedTimeMs !== undefined && { seedTimeMs },
    ...sha256 !== undefined && { sha256 },
    ...stallTimeoutMs !== undefined && { stallTimeoutMs },
    ...limits.length > 0 && { downLimit: Math.min(...limits) },
  };
}

async function fetchClassic(
  name: string,
  { dest }: Job,
  session: Session,
  prompts: Prompts | undefined,
): Promise<Fields> {
  const { flags, output } = session;
  if (flags.boolean("stdout")) {
    throw new AppError(
      "invalid_input",
      `"${name}" can only be had by the original's protocol, which proves nothing while it arrives: ` +
        "--stdout needs a swarm.",
    );
  }
  const sha256 = flags.string("sha256")?.toLowerCase();
  const result = await downloadWithProgress(session, {
    name,
    ...dest !== undefined && { dest },
    trackers: lineTrackers(namedTrackers(flags)),
    from: [...flags.addresses("from"), ...flags.addresses("peer")],
    ...sha256 !== undefined && { sha256 },
    force: flags.boolean("force"),
    stallTimeoutMs: flags.number("stall-timeout") ?? STALL_TIMEOUT_MS,
  }, prompts);
  for (const text of describeDownload(result)) output.line(text);
  return downloadFields(result);
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "mini-torrent-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function askName(prompts: Prompts | undefined): Promise<string> {
  if (!prompts) throw usageError("peer", "download", "WHAT is missing.");
  return await asked(() =>
    prompts.text("Name, magnet link, info-hash or .torrent to download", { check: isName })
  );
}

/** An answer; who leaves the question leaves the command. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PromptLeft)) throw error;
    throw new AppError("interrupted", "Nothing was downloaded.", { cause: error });
  }
}

/** Says whether a name was given at all. */
export function isName(text: string): true | string {
  return text.trim() !== "" || "The name of a file as it is shared, please.";
}
