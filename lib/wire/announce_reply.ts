import { putAscii, putDecimal } from "../base/ascii.ts";
import { freshBytes } from "../base/slab.ts";
import { LISTED_SEED, type PeerList } from "./peer_list.ts";
import type { AnnounceAnswer } from "./tracker_lines.ts";

/** Bytes of what stands before the peers and behind them, at most. */
const MOST_AROUND = 256;

/** Bytes of a peer with an address of IPv4, at most, and those that are overwritten again. */
const MOST_PEER = 64;

const encoder = new TextEncoder();

/** Up to four characters as a number, the first in its highest byte. */
function word(text: string): number {
  return encoder.encode(text.padEnd(4, "\0")).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** `,{"host":"`, but for its last two characters. */
const HOST = [word(',{"h'), word('ost"')] as const;
const HOST_END = word(':"') >>> 16;

/** `","port":`, but for its last character. */
const PORT = [word('","p'), word('ort"')] as const;
const COLON = 0x3a;

/** `,"seed":`, `true` and `false`. */
const SEED = [word(',"se'), word('ed":')] as const;
const TRUE = word("true");
const FALSE = word("alse");

/** Each byte in decimal and a dot, and how many characters that is. */
const OCTETS = Uint32Array.from({ length: 256 }, (_, octet) => word(`${octet}.`));
const OCTET_LENGTHS = Uint8Array.from({ length: 256 }, (_, octet) => `${octet}.`.length);

/** Numbers below 1,000 in decimal, as they are and with three digits. */
const PLAIN = Uint32Array.from({ length: 1_000 }, (_, number) => word(`${number}`));
const PADDED = Uint32Array.from(
  { length: 1_000 },
  (_, number) => word(`${1_000 + number}`.slice(1)),
);

/** Where answers are written: new memory for each would cost as much as what is written. */
let scratch = { bytes: new Uint8Array(0), view: new DataView(new ArrayBuffer(0)) };

/**
 * The answer to an `ANNOUNCE` of the extended line protocol, `OK {json}`. Written by hand, four
 * characters at a time: a tracker does little more often.
 */
export function encodeAnnounced(
  answer: Omit<AnnounceAnswer, "peers">,
  peers: PeerList,
): Uint8Array {
  const { count, addresses, ports } = peers;
  if (scratch.bytes.length < MOST_AROUND + MOST_PEER * count) grow(MOST_PEER * count);
  let { bytes, view } = scratch;
  let at = putDecimal(answer.interval, bytes, putAscii('OK {"interval":', bytes, 0));
  at = putDecimal(answer.seeders, bytes, putAscii(',"seeders":', bytes, at));
  at = putDecimal(answer.leechers, bytes, putAscii(',"leechers":', bytes, at));
  at = putAscii(',"peers":[', bytes, at);
  const first = at;
  for (let n = 0; n < count; n++) {
    view.setUint32(at, HOST[0]);
    view.setUint32(at + 4, HOST[1]);
    view.setUint16(at + 8, HOST_END);
    const four = addresses[n]!;
    if (four !== 0) at = putQuad(four, view, at + 10);
    else {
      const host = encoder.encode(JSON.stringify(peers.host(n)));
      if (host.length + MOST_PEER * (count - n) + MOST_AROUND > bytes.length - at) {
        ({ bytes, view } = grow(host.length));
      }
      bytes.set(host, at + 9); // over the quotation mark that is there already
      at += 8 + host.length;
    }
    at = putEnd(ports[n]!, view, at);
  }
  if (count > 0) {
    bytes.copyWithin(first, first + 1, at); // without the first comma
    at--;
  }
  at = putAscii("]", bytes, at);
  at = putPort('"http_port":', answer.http_port, bytes, at);
  at = putPort('"https_port":', answer.https_port, bytes, at);
  at = putAscii("}\n", bytes, at);
  const reply = freshBytes(at);
  reply.set(bytes.subarray(0, at));
  return reply;
}

function putPort(key: string, port: number | undefined, bytes: Uint8Array, at: number): number {
  if (port === undefined) return at;
  return putDecimal(port, bytes, putAscii(key, bytes, putAscii(",", bytes, at)));
}

/** An IPv4 address; what comes next overwrites its last dot. */
function putQuad(address: number, view: DataView, at: number): number {
  for (let shift = 24; shift >= 0; shift -= 8) {
    const octet = address >>> shift & 255;
    view.setUint32(at, OCTETS[octet]!);
    at += OCTET_LENGTHS[octet]!;
  }
  return at - 1;
}

/** What stands behind the host, from the quotation mark on. */
function putEnd(port: number, view: DataView, at: number): number {
  view.setUint32(at, PORT[0]);
  view.setUint32(at + 4, PORT[1]);
  view.setUint8(at + 8, COLON);
  at = putNumber(port & 0xffff, view, at + 9);
  view.setUint32(at, SEED[0]);
  view.setUint32(at + 4, SEED[1]);
  at += 8;
  if (port & LISTED_SEED) view.setUint32(at, TRUE);
  else {
    view.setUint8(at++, 0x66);
    view.setUint32(at, FALSE);
  }
  view.setUint8(at + 4, 0x7d);
  return at + 5;
}

/** A number below 2^16. */
function putNumber(value: number, view: DataView, at: number): number {
  let rest = value;
  const thousands = Math.floor(value / 1_000);
  if (thousands > 0) {
    view.setUint32(at, PLAIN[thousands]!);
    at += thousands < 10 ? 1 : 2;
    rest -= 1_000 * thousands;
    view.setUint32(at, PADDED[rest]!);
    return at + 3;
  }
  view.setUint32(at, PLAIN[rest]!);
  return at + (rest < 10 ? 1 : rest < 100 ? 2 : 3);
}

/** Makes the room for answers larger, by so many bytes and some. */
function grow(more: number): typeof scratch {
  const bytes = new Uint8Array(scratch.bytes.length + more + MOST_AROUND);
  bytes.set(scratch.bytes);
  return scratch = { bytes, view: new DataView(bytes.buffer) };
}
