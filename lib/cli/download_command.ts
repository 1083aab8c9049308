import { printable } from "../base/printable.ts";
import { download } from "../app/download.ts";
import { AppError } from "../app/errors.ts";
import type { DownloadOptions, DownloadResult } from "../app/types.ts";
import { usageError } from "./flags.ts";
import { downloadFields } from "./json_output.ts";
import { PromptLeft, type Prompts, systemPrompts } from "./prompts.ts";
import { type Session, showProgress } from "./session.ts";
import { formatBytes, formatRate } from "./units.ts";

/** `peer download`: fetches a file by its name. */
export async function downloadCommand(session: Session): Promise<number> {
  const { flags, line, output, interactive, interrupts } = session;
  const prompts = interactive ? systemPrompts(interrupts) : undefined;
  const name = line.operands[0] ?? await askName(prompts);
  const dest = line.operands[1];
  const sha256 = flags.string("sha256")?.toLowerCase();
  const result = await downloadWithProgress(session, {
    name,
    ...(dest === undefined ? {} : { dest }),
    trackers: flags.addresses("tracker"),
    from: flags.addresses("from"),
    ...(sha256 === undefined ? {} : { sha256 }),
    force: flags.boolean("force"),
    stallTimeoutMs: flags.count("stall-timeout"),
  }, prompts);
  for (const text of describeDownload(result)) output.line(text);
  output.end("result", downloadFields(result));
  return 0;
}

async function askName(prompts: Prompts | undefined): Promise<string> {
  if (!prompts) throw usageError("peer", "download", "NAME is missing.");
  try {
    return await prompts.text("Name of the file to download", { check: isName });
  } catch (error) {
    if (!(error instanceof PromptLeft)) throw error;
    throw new AppError("interrupted", "Nothing was downloaded.", { cause: error });
  }
}

/** Says whether a name was given at all. */
export function isName(text: string): true | string {
  return text.trim() !== "" || "The name of a file as it is shared, please.";
}

/** Downloads with its progress shown; questions get the terminal to themselves. */
export async function downloadWithProgress(
  session: Session,
  options: DownloadOptions,
  prompts: Prompts | undefined,
  context = session.context,
): Promise<DownloadResult> {
  using progress = showProgress(options.name, session);
  const always = session.flags.boolean("yes");
  const confirmOverwrite = async (path: string): Promise<boolean> => {
    if (always) return true;
    progress.view.pause();
    try {
      return await prompts!.confirm(`${printable(path)} exists. Replace it?`, false);
    } catch (error) {
      if (error instanceof PromptLeft) return false;
      throw error;
    } finally {
      progress.view.resume();
    }
  };
  return await download({
    ...options,
    ...(always || prompts ? { confirmOverwrite } : {}),
    onProgress: (state) => progress.view.update(state),
  }, context);
}

/** What a person is told about a finished download, line by line. */
export function describeDownload(result: DownloadResult): string[] {
  const seconds = result.elapsedMs / 1000;
  const rate = seconds > 0 ? ` (${formatRate(result.size / seconds)})` : "";
  const time = `${seconds.toFixed(1)} s${rate}`;
  return [
    printable(result.path, 4096),
    `${formatBytes(result.size)} (${result.size} bytes) from ${printable(result.from)} in ${time}`,
    `SHA-256 ${result.sha256}`,
    ...proof(result),
  ];
}

function proof({ verified, uncovered }: DownloadResult): string[] {
  if (verified) return ["The SHA-256 is the one that was asked for: the file is proven."];
  const last = uncovered === 1 ? "last byte" : `last ${uncovered} bytes`;
  const gap = uncovered === 0 ? "" : ` and does not cover the ${last}`;
  return [
    `The classic checksum agreed; it is weak${gap}.`,
    "To be sure, compare the SHA-256 with the sharer's; --sha256 does it.",
  ];
}
