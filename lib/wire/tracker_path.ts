const KEYED = /^\/([^/?#]{1,100})\/(announce|scrape)$/;

/** A request of a BitTorrent client, and the key that stands before it in its path. */
export interface KeyedPath {
  readonly key: string;
  readonly verb: "announce" | "scrape";
}

/**
 * Reads the path of a tracker's URL that has a key in it: `/KEY/announce`. Clients make the one of a
 * scrape of it (BEP 48).
 *
 * @param path Path, without a query.
 */
export function parseKeyedPath(path: string): KeyedPath | undefined {
  const match = KEYED.exec(path);
  return match
    ? { key: match[1]!, verb: match[2] === "scrape" ? "scrape" : "announce" }
    : undefined;
}
