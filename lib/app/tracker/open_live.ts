import { messageOf } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { AppError } from "../errors.ts";
import { readCapped } from "../read_capped.ts";
import type { AppContext, TrackerOptions } from "../types.ts";
import { ADMIN_TOKEN_FORM, isAdminToken } from "./admin_gate.ts";
import { TorrentFolder } from "./torrent_folder.ts";
import type { TrackerCore } from "./tracker_core.ts";
import { TrackerLive } from "./tracker_live.ts";

/** A file of a token is read up to so many bytes. */
const MOST_BYTES = 4_096;

/**
 * Makes what stands behind a tracker's pages and its JSON interface, as the options want it.
 *
 * @param linePort The port of the line protocol.
 * @throws {AppError} `file_open` when a folder or a file that was named cannot be used; `usage` when the
 * admin token is none.
 */
export async function openLive(
  options: TrackerOptions,
  core: TrackerCore,
  linePort: number,
  context: AppContext,
): Promise<TrackerLive> {
  const { torrents, web } = options;
  const readToken = () => tokenOf(options);
  const adminToken = await readToken();
  const folder = torrents === undefined ? undefined : await TorrentFolder.open(torrents, context);
  return new TrackerLive(core, {
    linePort,
    readToken,
    ...adminToken === undefined ? {} : { adminToken },
    ...folder && { torrents: folder },
    ...web && { web },
  });
}

async function tokenOf(
  { adminToken, adminTokenFile }: TrackerOptions,
): Promise<string | undefined> {
  if (adminToken !== undefined) return checked(adminToken, "--admin-token");
  if (adminTokenFile === undefined) return undefined;
  const place = `"${printable(adminTokenFile)}"`;
  try {
    const bytes = await readCapped(adminTokenFile, MOST_BYTES);
    return checked(new TextDecoder().decode(bytes).trim(), `the file ${place}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = `The admin token cannot be read: ${
      messageOf(error)
    }. Check --admin-token-file.`;
    throw new AppError("file_open", message, { cause: error });
  }
}

function checked(token: string, where: string): string {
  if (isAdminToken(token)) return token;
  const todo = "openssl rand -hex 16 makes a good one";
  throw new AppError("usage", `The admin token of ${where} is not ${ADMIN_TOKEN_FORM}; ${todo}.`);
}
