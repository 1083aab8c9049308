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
