import { putAscii, putDecimal } from "../base/ascii.ts";
import { concatBytes, fromHex } from "../base/bytes.ts";
import type { InfoHash, PeerId } from "../base/ids.ts";
import { freshBytes } from "../base/slab.ts";
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
  const { warning } = answer;
  if (peers6.length === 0 && warning === undefined) {
    const bytes = freshBytes(MOST_HEAD + peers.length);
    let at = putHead(answer, peers.length, bytes);
    bytes.set(peers, at);
    at += peers.length;
    bytes[at] = END;
    return bytes.subarray(0, at + 1);
  }
  const head = new Uint8Array(MOST_HEAD);
  const parts = [head.subarray(0, putHead(answer, peers.length, head)), peers];
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

/** More bytes than the keys and six numbers before the peers take, and the end. */
const MOST_HEAD = 200;

/** Writes what stands before the peers. @returns Where these begin. */
function putHead(answer: HttpAnnounced, peers: number, bytes: Uint8Array): number {
  const { interval, minInterval, seeders, leechers, completed } = answer;
  let at = putDecimal(seeders, bytes, putAscii("d8:completei", bytes, 0));
  at = putDecimal(completed, bytes, putAscii("e10:downloadedi", bytes, at));
  at = putDecimal(leechers, bytes, putAscii("e10:incompletei", bytes, at));
  at = putDecimal(interval, bytes, putAscii("e8:intervali", bytes, at));
  at = putDecimal(minInterval, bytes, putAscii("e12:min intervali", bytes, at));
  at = putDecimal(peers, bytes, putAscii("e5:peers", bytes, at));
  return putAscii(":", bytes, at);
}

function encodePair(key: string, value: Uint8Array): Uint8Array {
  return concatBytes([encoder.encode(`${key.length}:${key}${value.length}:`), value]);
}
