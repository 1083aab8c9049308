import { concatBytes, putUint32 } from "../base/bytes.ts";
import { type InfoHash, infoHashAt, type PeerId, peerIdAt } from "../base/ids.ts";
import type { ScrapeCounts } from "./http_tracker_reply.ts";
import { type AnnounceEvent, NUMWANT } from "./tracker_lines.ts";

/** Info-hashes of one scrape that are answered (BEP 15, "scrape"). */
export const MAX_SCRAPE = 74;

/** The most bytes of a datagram that no network cuts up: IPv6 carries 1,280 with its headers. */
export const MAX_DATAGRAM = 1232;

const PROTOCOL = { high: 0x417, low: 0x27101980 };
const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const EVENTS: readonly (AnnounceEvent | undefined)[] = [
  undefined,
  "completed",
  "started",
  "stopped",
];

/** Bytes of a header, of an announce without options, and of an info-hash (BEP 15). */
const HEADER = 16;
const ANNOUNCE = 98;
const HASH = 20;

/** Options of an announce (BEP 41). */
const OPTION = { end: 0, none: 1, urlData: 2 } as const;

/** What a BitTorrent client tells a UDP tracker (BEP 15, "announce"). */
export interface UdpAnnounce {
  readonly infoHash: InfoHash;
  readonly peerId: PeerId;
  /** 0 to 65535. */
  readonly port: number;
  /** Bytes that it still misses, not exact where there are more than 2^53; 0: it has everything. */
  readonly left: number;
  readonly event?: AnnounceEvent;
  /** Peers wanted in the answer. */
  readonly numwant: number;
  /** Path and query of the tracker's URL, one byte a character; empty: not told (BEP 41). */
  readonly urlData: string;
}

/** A request to a UDP tracker; `connection` is the 8 bytes that prove its address. */
export type UdpRequest =
  | { readonly kind: "connect"; readonly transaction: number }
  | (Proven & { readonly kind: "announce"; readonly announce: UdpAnnounce })
  | (Proven & { readonly kind: "scrape"; readonly hashes: readonly InfoHash[] })
  /** Something is wrong with it; `reason` is safe to print. */
  | (Proven & { readonly kind: "bad"; readonly reason: string });

interface Proven {
  readonly transaction: number;
  readonly connection: Uint8Array;
}

/**
 * Reads a datagram. What is longer than we know is no error, but for a scrape, whose hashes are whole.
 *
 * @returns Undefined for what is none of the protocol's requests: it is not answered.
 */
export function parseUdpRequest(bytes: Uint8Array): UdpRequest | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const transaction = view.getUint32(12);
  const action = view.getUint32(8);
  if (action === ACTION.connect) {
    const [high, low] = [view.getUint32(0), view.getUint32(4)];
    const is = high === PROTOCOL.high && low === PROTOCOL.low;
    return is ? { kind: "connect", transaction } : undefined;
  }
  const proven = { transaction, connection: bytes.subarray(0, 8) };
  if (action === ACTION.announce) {
    if (bytes.length < ANNOUNCE) return { kind: "bad", ...proven, reason: "It is too short" };
    const urlData = urlDataOf(bytes.subarray(ANNOUNCE));
    if (urlData === undefined) return { kind: "bad", ...proven, reason: "An option is cut off" };
    return { kind: "announce", ...proven, announce: announceOf(bytes, view, urlData) };
  }
  if (action !== ACTION.scrape) return { kind: "bad", ...proven, reason: "Unknown action" };
  const count = (bytes.length - HEADER) / HASH;
  if (!Number.isInteger(count) || count < 1 || count > MAX_SCRAPE) {
    return { kind: "bad", ...proven, reason: `A scrape has 1 to ${MAX_SCRAPE} whole hashes` };
  }
  const hashes = Array.from({ length: count }, (_, at) => infoHashAt(bytes, HEADER + at * HASH));
  return { kind: "scrape", ...proven, hashes };
}

/** The answer to a connect: as long as its request. */
export function encodeUdpConnected(transaction: number, connection: Uint8Array): Uint8Array {
  const bytes = header(ACTION.connect, transaction, 16);
  bytes.set(connection.subarray(0, 8), 8);
  return bytes;
}

/**
 * The answer to an announce; as many peers as one datagram carries.
 *
 * @param peers 6 or 18 bytes each.
 * @param size Which of the two.
 * @param into Memory for the answer, as large as a datagram, for who needs one answer at a time.
 */
export function encodeUdpAnnounced(
  transaction: number,
  answer: { readonly interval: number; readonly seeders: number; readonly leechers: number },
  peers: Uint8Array,
  size: 6 | 18,
  into: Uint8Array = new Uint8Array(MAX_DATAGRAM),
): Uint8Array {
  const most = Math.floor((MAX_DATAGRAM - 20) / size) * size;
  const whole = peers.length <= most ? peers : peers.subarray(0, most);
  putUint32(into, 0, ACTION.announce);
  putUint32(into, 4, transaction);
  putUint32(into, 8, answer.interval);
  putUint32(into, 12, answer.leechers);
  putUint32(into, 16, answer.seeders);
  into.set(whole, 20);
  return into.subarray(0, 20 + whole.length);
}

/** The answer to a scrape: the counts of each hash that was asked for. */
export function encodeUdpScraped(
  transaction: number,
  counts: readonly ScrapeCounts[],
): Uint8Array {
  const bytes = header(ACTION.scrape, transaction, 8 + 12 * counts.length);
  for (const [at, { seeders, completed, leechers }] of counts.entries()) {
    putUint32(bytes, 8 + 12 * at, seeders);
    putUint32(bytes, 12 + 12 * at, completed);
    putUint32(bytes, 16 + 12 * at, leechers);
  }
  return bytes;
}

/** The answer to a request that is not served. */
export function encodeUdpError(transaction: number, reason: string): Uint8Array {
  const head = header(ACTION.error, transaction, 8);
  return concatBytes([head, new TextEncoder().encode(reason)]);
}

function announceOf(bytes: Uint8Array, view: DataView, urlData: string): UdpAnnounce {
  const event = EVENTS[view.getUint32(80)];
  const wanted = view.getInt32(92);
  const numwant = wanted < 0 ? NUMWANT.usual : Math.min(wanted, NUMWANT.most);
  return {
    infoHash: infoHashAt(bytes, 16),
    peerId: peerIdAt(bytes, 36),
    port: view.getUint16(96),
    left: view.getUint32(64) * 2 ** 32 + view.getUint32(68),
    ...(event === undefined ? {} : { event }),
    numwant: event === "stopped" ? 0 : numwant,
    urlData,
  };
}

/** @returns Undefined when an option is cut off. */
function urlDataOf(options: Uint8Array): string | undefined {
  let text = "";
  for (let at = 0; at < options.length && options[at] !== OPTION.end;) {
    const type = options[at++]!;
    if (type === OPTION.none) continue;
    const size = options[at++];
    if (size === undefined || at + size > options.length) return undefined;
    if (type === OPTION.urlData) text += String.fromCharCode(...options.subarray(at, at + size));
    at += size;
  }
  return text;
}

function header(action: number, transaction: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  putUint32(bytes, 0, action);
  putUint32(bytes, 4, transaction);
  return bytes;
}
