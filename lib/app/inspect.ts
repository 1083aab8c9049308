import type { Magnet } from "../meta/magnet.ts";
import { fetchTorrent } from "./fetch_torrent.ts";
import { publish } from "./publish.ts";
import { readTorrentFile } from "./torrent_file.ts";
import { summarize, type TorrentSummary } from "./torrent_summary.ts";
import type { AppContext } from "./types.ts";
import { whatIs } from "./what.ts";

/** What is known of what a person named. */
export type Inspection =
  /** A `.torrent` file. */
  | { readonly kind: "torrent"; readonly from: string; readonly torrent: TorrentSummary }
  /** A file or folder of their own, and the torrent that it would be shared as. */
  | {
    readonly kind: "content";
    /** Absolute. */
    readonly path: string;
    /** SHA-256 of the file, 64 lower-case hex digits; not for a folder. */
    readonly sha256?: string;
    readonly torrent: TorrentSummary;
  }
  /** A magnet link or an info-hash: it tells no more than this. */
  | { readonly kind: "link"; readonly magnet: Magnet };

/** What to look at. */
export interface InspectOptions {
  /** A magnet link, an info-hash, the URL or path of a `.torrent` file, a file or a folder. */
  readonly what: string;
  /** Called with bytes done and bytes in all, while content is read. */
  readonly onHash?: (done: number, total: number) => void;
}

/**
 * Tells what is known of a torrent, a link, or a file or folder to share. Nothing is changed, and
 * nobody but the host of a URL is asked.
 *
 * @throws {AppError} as `whatIs`, `readTorrentFile`, `fetchTorrent` and `publish`.
 */
export async function inspect(options: InspectOptions, context: AppContext): Promise<Inspection> {
  const { signal } = context;
  const what = await whatIs(options.what);
  switch (what.kind) {
    case "link":
      return what;
    case "url": {
      const metainfo = await fetchTorrent(what.url, { ...signal && { signal } });
      return { kind: "torrent", from: what.url, torrent: summarize(metainfo) };
    }
    case "torrent": {
      const metainfo = await readTorrentFile(what.path);
      return { kind: "torrent", from: what.path, torrent: summarize(metainfo) };
    }
    case "content": {
      const { onHash } = options;
      const published = await publish({ path: what.path, ...onHash && { onHash } }, context);
      const { location, single, files } = published.content;
      const sha256 = single ? files[0]!.sha256 : undefined;
      const torrent = summarize({ info: published.info });
      return { kind: "content", path: location, ...sha256 && { sha256 }, torrent };
    }
    default:
      return what satisfies never;
  }
}
