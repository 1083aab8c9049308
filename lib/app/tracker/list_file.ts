import { messageOf } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { AppError } from "../errors.ts";

/** The most bytes of a list's file, and the most entries of a list. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024;
export const MAX_LIST_ENTRIES = 1_000_000;

/** The most characters of a line, and of a line that an error shows. */
const MAX_LINE = 1_024;
const SHOWN = 80;

/** Lines that are read in one go, so that requests are served meanwhile. */
const LINES_AT_ONCE = 2_000;

/** Bytes that are read at a time. */
const PART = 256 * 1024;

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
  for await (const text of linesOf(path)) {
    line++;
    const wrong = (what: string) => new AppError("invalid_input", `${path} line ${line}: ${what}.`);
    if (text.length > MAX_LINE) throw wrong(`it is over ${MAX_LINE} characters`);
    const hash = text.indexOf("#");
    const entry = (hash < 0 ? text : text.slice(0, hash)).trim();
    if (entry !== "") {
      if (++entries > most) throw wrong(`a list has at most ${most} entries`);
      const problem = add(entry);
      if (problem !== undefined) throw wrong(`"${printable(entry, SHOWN)}" ${problem}`);
    }
    if (line % LINES_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}

/** The lines of a file; the last part of one that is too long may be missing. */
async function* linesOf(path: string): AsyncGenerator<string> {
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
    yield* lines;
    if (rest.length > MAX_LINE) break;
  }
  if (rest !== "") yield rest;
}

async function fromDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const why = messageOf(error).replace(/ \(os error \d+\).*$/s, "");
    throw new AppError("file_read", `${path} cannot be read: ${why}.`, { cause: error });
  }
}
