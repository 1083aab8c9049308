import type { Inspection } from "../app/inspect.ts";
import type { TorrentSummary } from "../app/torrent_summary.ts";
import type { VerifyReport } from "../app/verify_torrent.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A torrent, as the JSON output tells it: all of it. */
export function torrentFields(torrent: TorrentSummary): Fields {
  const { name, single, version, size, pieces, pieceLength, v1, v2, magnet } = torrent;
  const { files, trackers, webSeeds, comment, createdBy } = torrent;
  return {
    name,
    single,
    version,
    size,
    pieces,
    pieceLength,
    ...v1 === undefined ? {} : { v1 },
    ...v2 === undefined ? {} : { v2 },
    private: torrent.private,
    trackers,
    webSeeds,
    ...comment === undefined ? {} : { comment },
    ...createdBy === undefined ? {} : { createdBy },
    magnet,
    files,
  };
}

/** What is known of what a person named, as the JSON output tells it. */
export function inspectionFields(found: Inspection): Fields {
  const { kind } = found;
  switch (kind) {
    case "torrent":
      return { command: "info", kind, from: found.from, ...torrentFields(found.torrent) };
    case "content": {
      const { path, sha256, torrent } = found;
      const digest = sha256 === undefined ? {} : { sha256 };
      return { command: "info", kind, path, ...digest, ...torrentFields(torrent) };
    }
    case "link":
      return { command: "info", kind, ...found.magnet };
    default:
      return kind satisfies never;
  }
}

/** How files compare with a torrent, as the JSON output tells it. */
export function verifyFields(report: VerifyReport): Fields {
  const { good, name, path, size, files, pieces, goodPieces, problems, extra } = report;
  return { command: "verify", good, name, path, size, files, pieces, goodPieces, problems, extra };
}
