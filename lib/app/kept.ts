import { printable } from "../base/printable.ts";
import { MetaError } from "../meta/errors.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import type { OpenedStorage } from "./open_storage.ts";

/** What a person is told who ends a download, or sees it end, before it is complete. */
export function keptText(opened: OpenedStorage | undefined): string {
  const percent = opened && percentHere(opened);
  if (percent === undefined) return "Nothing is kept.";
  return `${percent} % is kept; the same command goes on from there.`;
}

/** How much of the wanted pieces is here, rounded down; undefined when there is nothing. */
export function percentHere(
  { storage: { have }, wantedPieces }: Pick<OpenedStorage, "storage" | "wantedPieces">,
): number | undefined {
  let here = 0;
  for (const piece of wantedPieces) if (have.has(piece)) here++;
  return here === 0 ? undefined : Math.floor(here / wantedPieces.count * 100);
}

/** Makes an {@linkcode AppError} of what ended a download, saying what is kept; others pass unchanged. */
export function explained(error: unknown, opened: OpenedStorage | undefined): unknown {
  if (!(error instanceof MetaError)) return fromDisk(error, keptText(opened));
  return new AppError(
    "protocol",
    `The torrent cannot be used: ${printable(error.message)}.`,
    { cause: error, fault: "remote" },
  );
}
