import { messageOf } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { AppError } from "../errors.ts";

/** The most bytes of a list's file, and the most entries of a list. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024;
export const MAX_LIST_ENTRIES = 1_000_000;

/** The most characters of a line, and of a line that an error shows. */
const MAX_LINE = 1_024;
const SHOWN = 80;

/** Bytes whose lines are read in one go, between which requests are served. */
const PART = 64 * 1024;

/**
 * Reads a file of entries, one a line; what stands behind a `#` is for people.
 *
 * @param add Takes an entry, without blanks around it; what is wrong with it, if anything, is words
 * that go on behind its text.
 * @param most {@linkcode MAX_LIST_ENTRIES}, but in a test.
 * @throws {AppError} `file_read`; `invalid_input`, which names the file and the line.
 */
export async function readListFile(
  path: string,
  add: (entry: string) => string | undefined,
  most = MAX_LIST_ENTRIES,
): Promise<void> {
  let [line, entries] = [0, 0];
  for await (const lines of linesOf(path)) {
    for (const text of lines) {
      line++;
      const problem = problemOf(text, (entry) => {
        return ++entries > most
          ? `is one too many: a list has at most ${most} entries`
          : add(entry);
      });
      if (problem === undefined) continue;
      throw new AppError("invalid_input", `${path} line ${line}: ${problem}.`);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function problemOf(
  line: string,
  add: (entry: string) => string | undefined,
): string | undefined {
  if (line.length > MAX_LINE) return `it is over ${MAX_LINE} characters`;
  const hash = line.indexOf("#");
  const entry = (hash < 0 ? line : line.slice(0, hash)).trim();
  const problem = entry === "" ? undefined : add(entry);
  return problem === undefined ? undefined : `"${printable(entry, SHOWN)}" ${problem}`;
}

/** The lines of a file, some at a time; the last part of one that is too long may be missing. */
async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  using file = await fromDisk(path, () => Deno.open(path));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(PART);
  let rest = "";
  let length = 0;
  for (let count: number | null = 0; count !== null;) {
    count = await fromDisk(path, () => file.read(buffer));
    length += count ?? 0;
    if (length > MAX_LIST_BYTES) {
      throw new AppError("invalid_input", `${path} has over ${MAX_LIST_BYTES} bytes.`);
    }
    rest += decoder.decode(buffer.subarray(0, count ?? 0), { stream: count !== null });
    const lines = rest.split("\n");
    rest = lines.pop()!;
    yield lines;
    if (rest.length > MAX_LINE) break;
  }
  if (rest !== "") yield [rest];
}

async function fromDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const why = messageOf(error).replace(/ \(os error \d+\).*$/s, "");
    throw new AppError("file_read", `${path} cannot be read: ${why}.`, { cause: error });
  }
}
