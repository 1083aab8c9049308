import { concatBytes, fromHex } from "../base/bytes.ts";
import { COMPACT_V4, COMPACT_V6 } from "./compact_address.ts";
import { decodeCompactList } from "./compact_list.ts";
import { WireError } from "./errors.ts";
import { MAX_ANSWER_PEERS, type TrackerAnnounce, type TrackerAnswer } from "./tracker_announce.ts";
import type { AnnounceEvent } from "./tracker_lines.ts";

/** The magic number that a connect request begins with (BEP 15, "connect"). */
const PROTOCOL = 0x41727101980n;

const ACTION = { connect: 0, announce: 1, error: 3 } as const;
const EVENT = { completed: 1, started: 2, stopped: 3 } as const satisfies Record<
  AnnounceEvent,
  number
>;

/** Bytes of an announce request without options (BEP 15, "announce"). */
const ANNOUNCE = 98;

/** The option that carries path and query of the URL, and the most bytes of one (BEP 41). */
const URL_DATA = { type: 2, most: 255 };

/** Bytes of an error's message that are kept. */
const MAX_TEXT = 500;

/** What a UDP tracker answers; `transaction` is what the request chose. */
export type UdpAnswer =
  | {
    readonly kind: "connected";
    readonly transaction: number;
    /** 8 bytes that mean something to the tracker only. */
    readonly connection: Uint8Array;
  }
  | {
    readonly kind: "announced";
    readonly transaction: number;
    readonly answer: TrackerAnswer;
  }
  | {
    readonly kind: "failed";
    readonly transaction: number;
    /** For a person; not safe to print. */
    readonly reason: string;
  };

/** The request that asks for a connection id: 16 bytes. */
export function encodeUdpConnect(transaction: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, PROTOCOL);
  view.setUint32(8, ACTION.connect);
  view.setUint32(12, transaction);
  return bytes;
}

/**
 * An announce request: 98 bytes, then path and query as options, if any.
 *
 * @param connection The 8 bytes of the connection id.
 * @param urlData Path and query of the tracker's URL, ASCII; empty: no option (BEP 41).
 */
export function encodeUdpAnnounce(
  connection: Uint8Array,
  transaction: number,
  announce: TrackerAnnounce,
  urlData = "",
): Uint8Array {
  const bytes = new Uint8Array(ANNOUNCE);
  const view = new DataView(bytes.buffer);
  bytes.set(connection.subarray(0, 8));
  view.setUint32(8, ACTION.announce);
  view.setUint32(12, transaction);
  bytes.set(fromHex(announce.infoHash)!, 16);
  bytes.set(fromHex(announce.peerId)!, 36);
  view.setBigUint64(56, BigInt(announce.downloaded));
  view.setBigUint64(64, BigInt(announce.left));
  view.setBigUint64(72, BigInt(announce.uploaded));
  view.setUint32(80, announce.event === undefined ? 0 : EVENT[announce.event]);
  // 84: the address, 0: that of the packet.
  view.setUint32(88, announce.key);
  view.setInt32(92, announce.numwant);
  view.setUint16(96, announce.port);
  return concatBytes([bytes, ...options(new TextEncoder().encode(urlData))]);
}

/**
 * Reads a datagram of a UDP tracker. What is longer than we know is no error (BEP 15, "UDP tracker
 * protocol").
 *
 * @param family The family of the address that it came from: 4 or 6.
 * @throws {WireError} `bad_message` when it is too short or none of the answers.
 */
export function parseUdpAnswer(bytes: Uint8Array, family: 4 | 6): UdpAnswer {
  atLeast(bytes, 8, "an answer");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const transaction = view.getUint32(4);
  const action = view.getUint32(0);
  switch (action) {
    case ACTION.connect:
      atLeast(bytes, 16, "a connection id");
      return { kind: "connected", transaction, connection: bytes.slice(8, 16) };
    case ACTION.announce: {
      atLeast(bytes, 20, "an answer to an announce");
      const size = family === 4 ? COMPACT_V4 : COMPACT_V6;
      const answer: TrackerAnswer = {
        interval: view.getUint32(8),
        leechers: view.getUint32(12),
        seeders: view.getUint32(16),
        peers: decodeCompactList(bytes.subarray(20), size, MAX_ANSWER_PEERS),
      };
      return { kind: "announced", transaction, answer };
    }
    case ACTION.error: {
      const reason = new TextDecoder().decode(bytes.subarray(8, 8 + MAX_TEXT));
      return { kind: "failed", transaction, reason: reason.replace(/\0+$/, "") };
    }
    default:
      throw new WireError("bad_message", `it sent an answer of the unknown action ${action}`);
  }
}

function options(urlData: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < urlData.length; at += URL_DATA.most) {
    const part = urlData.subarray(at, at + URL_DATA.most);
    parts.push(Uint8Array.of(URL_DATA.type, part.length), part);
  }
  return parts;
}

function atLeast(bytes: Uint8Array, least: number, what: string): void {
  if (bytes.length >= least) return;
  const needed = `${what} has at least ${least}`;
  throw new WireError("bad_message", `it sent ${bytes.length} bytes; ${needed}`);
}
