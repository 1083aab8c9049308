import { download } from "../app/download.ts";
import type { DownloadOptions, DownloadResult } from "../app/types.ts";
import { printable } from "../base/printable.ts";
import { overwriteQuestion } from "./confirm_overwrite.ts";
import type { Prompts } from "./prompts.ts";
import { type Session, showProgress } from "./session.ts";
import { formatBytes, formatRate } from "./units.ts";

/** Downloads by the original's protocol with its progress shown. */
export async function downloadWithProgress(
  session: Session,
  options: DownloadOptions,
  prompts: Prompts | undefined,
  context = session.context,
): Promise<DownloadResult> {
  using progress = showProgress(options.name, session);
  const confirmOverwrite = overwriteQuestion(session, prompts, progress.view);
  return await download({
    ...options,
    ...confirmOverwrite && { confirmOverwrite },
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
