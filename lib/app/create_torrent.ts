import { basename, dirname, join, resolve, sep } from "node:path";
import { printable } from "../base/printable.ts";
import { MAX_TORRENT } from "../meta/metainfo.ts";
import { encodeMetainfo } from "../meta/metainfo_writer.ts";
import { DEFAULT_TRACKER_PORT } from "./defaults.ts";
import { chooseDestination } from "./destination.ts";
import { AppError } from "./errors.ts";
import { parseHostPort } from "./host_port.ts";
import { interrupted } from "./interrupted.ts";
import { checkName } from "./list.ts";
import { publish } from "./publish.ts";
import { summarize, type TorrentSummary } from "./torrent_summary.ts";
import { lineTrackerUrl } from "./tracker_url.ts";
import type { AppContext } from "./types.ts";
import { writeWhole } from "./write_file.ts";

/** What to make a `.torrent` file of, and what else it should say. */
export interface CreateTorrentOptions {
  /** A file or a folder. */
  readonly path: string;
  /** The file to write, or a folder for it; absent: `NAME.torrent` in the current folder. */
  readonly out?: string;
  /** What to call the content; absent: the last part of the path. */
  readonly name?: string;
  /** Bytes of a piece, a power of two from 16 KiB on; absent: what fits the size. */
  readonly pieceLength?: number;
  readonly private: boolean;
  /** URLs, or `HOST:PORT` of trackers of the line protocol. */
  readonly trackers: readonly string[];
  /** BEP 19, URLs. */
  readonly webSeeds: readonly string[];
  readonly comment?: string;
  /** Replace an existing file. */
  readonly force: boolean;
  /** Asked when the file exists and `force` is off; absent means no. */
  readonly confirmOverwrite?: (path: string) => Promise<boolean>;
  /** Called with bytes done and bytes in all. */
  readonly onHash?: (done: number, total: number) => void;
}

/** A `.torrent` file that was written. */
export interface CreatedTorrent {
  /** Absolute path of it. */
  readonly path: string;
  /** Its own bytes. */
  readonly bytes: number;
  readonly torrent: TorrentSummary;
}

const TRACKER_PROTOCOLS = ["http:", "https:", "udp:", "ws:", "wss:", "tcp:"];
const WEB_PROTOCOLS = ["http:", "https:"];

/** The most characters of a URL: longer ones are not read back. */
const MAX_URL = 2_048;

/**
 * Makes a hybrid `.torrent` file. It is a function of names, bytes and options alone: trackers, web
 * seeds and the comment stand outside the info dictionary and leave the info-hashes as they are.
 *
 * The file takes its name when it is whole and on the disk.
 *
 * @throws {AppError} `file_open`, `file_read`, `file_write`, `file_exists`, `invalid_input`,
 * `interrupted`.
 */
export async function createTorrent(
  options: CreateTorrentOptions,
  context: AppContext,
): Promise<CreatedTorrent> {
  const outside = {
    trackers: options.trackers.map((tracker) => [trackerUrl(tracker)]),
    webSeeds: options.webSeeds.map((url) => {
      if (isUrlOf(url, WEB_PROTOCOLS)) return url;
      throw noUrl(url, "a web seed", "http://HOST/PATH or https://HOST/PATH");
    }),
    ...options.comment === undefined ? {} : { comment: options.comment },
  };
  const source = resolve(options.path);
  const name = checkName(options.name ?? basename(source));
  const { out, force, confirmOverwrite } = options;
  const destination = await chooseDestination({
    force,
    ...out === undefined ? {} : { dest: out },
    ...confirmOverwrite && { confirmOverwrite },
  }, `${name}.torrent`);
  await checkApart(source, destination.path);
  const { info, pieceLayers } = await publish(options, context).catch((error) => {
    throw context.signal?.aborted ? interrupted("Nothing was written.") : error;
  });
  const bytes = encodeMetainfo({ info: info.bytes, pieceLayers }, outside);
  if (bytes.length > MAX_TORRENT) {
    throw new AppError(
      "invalid_input",
      `The torrent would have ${bytes.length} bytes, and programs take ${MAX_TORRENT} at most. ` +
        "Choose a larger --piece-length, or share fewer files.",
    );
  }
  await writeWhole(destination.path, bytes, destination.replace);
  const torrent = summarize({ info, ...outside });
  return { path: destination.path, bytes: bytes.length, torrent };
}

/** Refuses a torrent file that would replace the content, or be part of it and so change it. */
async function checkApart(source: string, out: string): Promise<void> {
  const real = await Deno.realPath(source).catch(() => source);
  const folder = await Deno.realPath(dirname(out)).catch(() => dirname(out));
  const path = join(folder, basename(out));
  const within = real.endsWith(sep) ? real : real + sep;
  const isFolder = await Deno.stat(real).then((info) => info.isDirectory, () => false);
  if (path !== real && !(isFolder && path.startsWith(within))) return;
  throw new AppError(
    "invalid_input",
    `"${printable(out)}" lies in what the torrent is to be made of, and would change it. ` +
      "Choose another place with -o FILE.",
  );
}

function trackerUrl(text: string): string {
  if (isUrlOf(text, TRACKER_PROTOCOLS)) return text;
  if (text.includes("://")) {
    throw noUrl(text, "a tracker", "http://, https://, udp:// or wss:// and so on, or HOST:PORT");
  }
  return lineTrackerUrl(parseHostPort(text, DEFAULT_TRACKER_PORT));
}

function isUrlOf(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && text.length <= MAX_URL && protocols.includes(url.protocol) &&
    url.hostname !== "";
}

function noUrl(text: string, what: string, write: string): AppError {
  return new AppError(
    "invalid_input",
    `"${printable(text, 200)}" is no URL of ${what}; write ${write}.`,
  );
}
