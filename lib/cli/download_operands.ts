/** What to fetch, and to where. */
export interface DownloadOperands {
  readonly whats: readonly string[];
  readonly dest?: string;
}

/**
 * Tells what stands without a flag apart: with `--to` all of it is to be fetched; else the second of
 * two is where it goes, unless it can only be something to fetch; and the last of more is, if it is a
 * folder.
 */
export async function downloadOperands(
  operands: readonly string[],
  to: string | undefined,
): Promise<DownloadOperands> {
  if (to !== undefined) return { whats: operands, dest: to };
  const last = operands.at(-1);
  if (operands.length < 2 || last === undefined || await isWhat(last)) return { whats: operands };
  const isPlace = operands.length === 2 || /[/\\]$/.test(last) || await isFolder(last);
  return isPlace ? { whats: operands.slice(0, -1), dest: last } : { whats: operands };
}

async function isWhat(text: string): Promise<boolean> {
  if (/^(?:magnet:|https?:\/\/)/i.test(text)) return true;
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return !await isFolder(text);
  return /\.torrent$/i.test(text) && await Deno.stat(text).then((it) => it.isFile, () => false);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then((there) => there.isDirectory, () => false);
}
