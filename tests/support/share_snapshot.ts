import type { ShareSnapshot } from "../../lib/app/types.ts";
import { infoHash, infoHashV2 } from "../../lib/base/ids.ts";

/** A share of a file of 5 MB that nobody has fetched, changed as the test wants. */
export function someShare(change: Partial<ShareSnapshot> = {}): ShareSnapshot {
  return {
    name: "film.mkv",
    path: "/films/film.mkv",
    size: 5_000_000,
    single: true,
    files: 1,
    pieces: 306,
    pieceLength: 16384,
    v1: infoHash("11".repeat(20))!,
    v2: infoHashV2("22".repeat(32))!,
    magnet: "magnet:?xt=urn:btih:11",
    peers: 0,
    upRate: 0,
    port: 9000,
    sha256: "ab".repeat(32),
    checksum: "00000000",
    trackers: [{ address: "127.0.0.1:8000", registered: true }],
    active: [],
    waiting: 0,
    completed: 0,
    failed: 0,
    uploaded: 0,
    ...change,
  };
}
