import { createTorrent } from "../app/create_torrent.ts";
import { printable } from "../base/printable.ts";
import { usageError } from "./flags.ts";
import { PromptLeft, systemPrompts } from "./prompts.ts";
import { showReading } from "./reading.ts";
import type { Session } from "./session.ts";
import { torrentFields } from "./torrent_fields.ts";
import { sizeText, torrentLines } from "./torrent_text.ts";

/** The shortest and the longest pieces that are made, in bytes. */
const SHORTEST = 16 * 1024;
const LONGEST = 64 * 1024 * 1024;

/** `peer create`: writes a `.torrent` file. */
export async function createCommand(session: Session): Promise<number> {
  const { flags, line, output, context } = session;
  const path = line.operands[0]!;
  const out = flags.string("out");
  const name = flags.string("as");
  const comment = flags.string("comment");
  const pieceLength = readPieceLength(flags.string("piece-length"));
  using reading = showReading(path, session);
  const confirmOverwrite = confirmation(session);
  const created = await createTorrent({
    path,
    ...out === undefined ? {} : { out },
    ...name === undefined ? {} : { name },
    ...pieceLength === undefined ? {} : { pieceLength },
    private: flags.boolean("private"),
    trackers: flags.strings("tracker").flatMap(separateTrackers),
    webSeeds: flags.strings("web-seed"),
    ...comment === undefined ? {} : { comment },
    force: flags.boolean("force"),
    ...confirmOverwrite && { confirmOverwrite },
    onHash: reading.onRead,
  }, context);
  reading.stop();
  const { torrent, bytes } = created;
  output.line(printable(created.path, 4096));
  output.line(`${sizeText(bytes)}, which tells:`);
  for (const text of torrentLines(torrent, false)) output.line(text);
  output.line(`link       ${printable(torrent.magnet, Infinity)}`);
  const { path: written } = created;
  output.end("result", { command: "create", path: written, bytes, ...torrentFields(torrent) });
  return 0;
}

function confirmation(
  { flags, interactive, interrupts }: Session,
): ((path: string) => Promise<boolean>) | undefined {
  if (flags.boolean("yes")) return () => Promise.resolve(true);
  if (!interactive) return undefined;
  return async (path) => {
    try {
      const question = `${printable(path)} exists. Replace it?`;
      return await systemPrompts(interrupts).confirm(question, false);
    } catch (error) {
      if (error instanceof PromptLeft) return false;
      throw error;
    }
  };
}

/** A variable of the environment holds several, `HOST:PORT,http://…`; a URL may have commas too. */
function separateTrackers(text: string): string[] {
  return text.split(/,\s*(?=[a-z]+:\/\/)/i)
    .flatMap((one) => one.includes("://") ? [one] : one.split(","))
    .map((one) => one.trim()).filter((one) => one !== "");
}

/** Reads `256KiB`, `1M`, or bytes; K and M are binary, since only powers of two will do. */
function readPieceLength(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,9}) ?(?:([km])(?:i?b)?)?$/i.exec(text);
  const scale = { k: 1024, m: 1024 * 1024 }[match?.[2]?.toLowerCase() ?? ""] ?? 1;
  const length = Number(match?.[1]) * scale;
  if (length >= SHORTEST && length <= LONGEST && Number.isInteger(Math.log2(length))) return length;
  throw usageError(
    "peer",
    "create",
    `--piece-length "${printable(text, 100)}" is no power of two from 16KiB to 64MiB.`,
  );
}
