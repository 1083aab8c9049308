import { parseMetainfo } from "../../../lib/meta/metainfo.ts";
import { encodeMetainfo } from "../../../lib/meta/metainfo_writer.ts";

/**
 * The same torrent with one tracker, and no other.
 *
 * @param what Path of a `.torrent`, or a magnet link without trackers.
 * @param folder Where a `.torrent` is written.
 * @returns As `what`.
 */
export async function withTracker(what: string, url: string, folder: string): Promise<string> {
  if (what.startsWith("magnet:")) return `${what}&tr=${encodeURIComponent(url)}`;
  const { info, pieceLayers } = parseMetainfo(await Deno.readFile(what));
  const bytes = encodeMetainfo({ info: info.bytes, pieceLayers }, { trackers: [[url]] });
  const path = `${folder}/with-tracker.torrent`;
  await Deno.writeFile(path, bytes);
  return path;
}
