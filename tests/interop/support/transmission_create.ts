import { parseMetainfo } from "../../../lib/meta/metainfo.ts";
import type { Content } from "./content.ts";
import { succeeds } from "./child.ts";
import { tool } from "./tool.ts";

/** A v1 torrent that Transmission made. */
export interface CreatedTorrent {
  readonly path: string;
  readonly v1: string;
  readonly v2: null;
}

/** Why Transmission cannot make torrents here. */
export function missingCreate(): string | undefined {
  return succeeds(tool("transmission-create"), "--version")
    ? undefined
    : "transmission-create is not installed";
}

/** Makes a torrent as Transmission does. */
export async function createTorrent(content: Content, to: string): Promise<CreatedTorrent> {
  const args = ["--outfile", to, "--piecesize", "32", content.path];
  const { success, stderr } = await new Deno.Command(tool("transmission-create"), { args })
    .output();
  if (!success) throw new Error(`transmission-create: ${new TextDecoder().decode(stderr)}`);
  const { info } = parseMetainfo(await Deno.readFile(to));
  return { path: to, v1: info.v1!.infoHash, v2: null };
}
