import { concatBytes, fromHex } from "../base/bytes.ts";
import type { InfoHash, PeerId } from "../base/ids.ts";
import { type Encodable, encodeBencode, toKey } from "../meta/bencode.ts";
import { encodeDict } from "./bencode_dict.ts";

/** What every answer to an announce holds; times are seconds. */
export interface HttpAnnounced {
  readonly interval: number;
  /** Announces without an event may not come sooner. */
  readonly minInterval: number;
  readonly seeders: number;
  readonly leechers: number;
  /** How many became seeds. */
  readonly completed: number;
  /** For a person. */
  readonly warning?: string;
}

/** Counts of a swarm. */
export interface ScrapeCounts {
  readonly seeders: number;
  readonly leechers: number;
  readonly completed: number;
}

/**
 * The answer to an announce with peers as bytes (BEP 23, BEP 7); written by hand, for it is what a
 * tracker does most.
 *
 * @param peers 6 bytes each.
 * @param peers6 18 bytes each; empty: the key is left out.
 */
export function encodeCompactAnswer(
  answer: HttpAnnounced,
  peers: Uint8Array,
  peers6: Uint8Array,
): Uint8Array {
  const { interval, minInterval, seeders, leechers, completed, warning } = answer;
  const head = `d8:completei${seeders}e10:downloadedi${completed}e10:incompletei${leechers}e` +
    `8:intervali${interval}e12:min intervali${minInterval}e5:peers${peers.length}:`;
  if (peers6.length === 0 && warning === undefined) {
    const bytes = new Uint8Array(head.length + peers.length + 1);
    encoder.encodeInto(head, bytes);
    bytes.set(peers, head.length);
    bytes[bytes.length - 1] = END;
    return bytes;
  }
  const parts = [encoder.encode(head), peers];
  if (peers6.length > 0) parts.push(encoder.encode(`6:peers6${peers6.length}:`), peers6);
  if (warning !== undefined) parts.push(encodePair("warning message", encoder.encode(warning)));
  return concatBytes([...parts, Uint8Array.of(END)]);
}

/**
 * The answer to an announce with peers as dictionaries (BEP 3).
 *
 * @param noPeerId Whether their ids are left out.
 */
export function encodePeerDicts(
  answer: HttpAnnounced,
  peers: readonly { readonly host: string; readonly port: number; readonly peerId: PeerId }[],
  noPeerId: boolean,
): Uint8Array {
  const { interval, minInterval, seeders, leechers, completed, warning } = answer;
  const list = peers.map(({ host, port, peerId }) =>
    new Map<string, Encodable>([
      ["ip", encoder.encode(host)],
      ...(noPeerId ? [] : [["peer id", fromHex(peerId)!] as const]),
      ["port", port],
    ])
  );
  return encodeDict({
    complete: seeders,
    downloaded: completed,
    incomplete: leechers,
    interval,
    "min interval": minInterval,
    peers: list,
    "warning message": warning === undefined ? undefined : encoder.encode(warning),
  });
}

/** The answer to a scrape (BEP 48): the counts of each hash. */
export function encodeHttpScrape(
  hashes: readonly InfoHash[],
  counts: readonly ScrapeCounts[],
): Uint8Array {
  const files = new Map<string, Encodable>();
  for (const [at, hash] of hashes.entries()) {
    const { seeders, leechers, completed } = counts[at]!;
    const one = { complete: seeders, downloaded: completed, incomplete: leechers };
    files.set(toKey(fromHex(hash)!), new Map(Object.entries(one)));
  }
  return encodeBencode(new Map<string, Encodable>([["files", files]]));
}

/**
 * The answer to a request that is not served (BEP 3).
 *
 * @param retryIn Minutes after which it may be asked again (BEP 31); absent: it is not told.
 */
export function encodeHttpFailure(reason: string, retryIn?: number): Uint8Array {
  return encodeDict({ "failure reason": encoder.encode(reason), "retry in": retryIn });
}

const encoder = new TextEncoder();
const END = 0x65;

function encodePair(key: string, value: Uint8Array): Uint8Array {
  return concatBytes([encoder.encode(`${key.length}:${key}${value.length}:`), value]);
}
