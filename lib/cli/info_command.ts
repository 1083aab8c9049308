import { formatHostPort } from "../app/host_port.ts";
import { inspect, type Inspection } from "../app/inspect.ts";
import { printable } from "../base/printable.ts";
import { showReading } from "./reading.ts";
import type { Session } from "./session.ts";
import { inspectionFields } from "./torrent_fields.ts";
import { fileLines, row, rows, torrentLines } from "./torrent_text.ts";

/** `peer info`: what a torrent, a link, or a file or folder of one's own is. */
export async function infoCommand(session: Session): Promise<number> {
  const { flags, line, output, context } = session;
  const what = line.operands[0]!;
  using reading = showReading(what, session);
  const found = await inspect({
    what,
    onHash: reading.onRead,
  }, context);
  reading.stop();
  for (const text of describe(found, flags.boolean("all"))) output.line(text);
  output.end("result", inspectionFields(found));
  return 0;
}

function describe(found: Inspection, all: boolean): string[] {
  switch (found.kind) {
    case "torrent": {
      const { torrent } = found;
      return [
        ...torrentLines(torrent, all),
        `link       ${printable(torrent.magnet, Infinity)}`,
        ...torrent.single ? [] : ["files", ...fileLines(torrent.files, all)],
      ];
    }
    case "content": {
      const { torrent, sha256 } = found;
      return [
        "It would be shared as:",
        ...torrentLines(torrent, all),
        ...sha256 === undefined ? [] : [row("SHA-256", sha256, all)],
        `link       ${printable(torrent.magnet, Infinity)}`,
        ...torrent.single ? [] : ["files", ...fileLines(torrent.files, all)],
      ];
    }
    case "link": {
      const { name, v1, v2, trackers, webSeeds, peers, select } = found.magnet;
      const ranges = select?.map(([first, last]) =>
        first === last ? `${first}` : `${first}-${last}`
      );
      return [
        ...name === undefined ? [] : [row("name", name, all)],
        ...v1 === undefined ? [] : [row("v1 hash", v1, all)],
        ...v2 === undefined ? [] : [row("v2 hash", v2, all)],
        ...rows("tracker", trackers, all),
        ...rows("web seed", webSeeds, all),
        ...rows("peer", peers.map(formatHostPort), all),
        ...ranges === undefined ? [] : [row("only files", ranges.join(","), all)],
        "This is all that a link tells. Its files and sizes are known once a peer has",
        "told them: peer download fetches it; peer info on its .torrent file shows them.",
      ];
    }
    default:
      return found satisfies never;
  }
}
