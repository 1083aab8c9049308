import { putAscii, putDecimal } from "../base/ascii.ts";
import { LISTED_SEED, type PeerList } from "./peer_list.ts";
import type { AnnounceAnswer } from "./tracker_lines.ts";

/** Bytes of what stands before the peers and behind them, at most. */
const MOST_AROUND = 256;

/** Bytes of a peer with an address of IPv4, at most. */
const MOST_PEER = 64;

const encoder = new TextEncoder();

/**
 * The answer to an `ANNOUNCE` of the extended line protocol, `OK {json}`. Written by hand: a tracker
 * does little more often, and objects and their JSON take five times as long.
 */
export function encodeAnnounced(
  answer: Omit<AnnounceAnswer, "peers">,
  peers: PeerList,
): Uint8Array {
  const { count, addresses, ports } = peers;
  let bytes = new Uint8Array(MOST_AROUND + MOST_PEER * count);
  let at = putDecimal(answer.interval, bytes, putAscii('OK {"interval":', bytes, 0));
  at = putDecimal(answer.seeders, bytes, putAscii(',"seeders":', bytes, at));
  at = putDecimal(answer.leechers, bytes, putAscii(',"leechers":', bytes, at));
  at = putAscii(',"peers":[', bytes, at);
  for (let n = 0; n < count; n++) {
    at = putAscii(n === 0 ? '{"host":' : ',{"host":', bytes, at);
    const four = addresses[n]!;
    if (four !== 0) at = putQuad(four, bytes, at);
    else {
      const host = encoder.encode(JSON.stringify(peers.host(n)));
      if (host.length + MOST_PEER * (count - n) + MOST_AROUND > bytes.length - at) {
        bytes = grown(bytes, bytes.length + host.length + MOST_AROUND);
      }
      bytes.set(host, at);
      at += host.length;
    }
    const port = ports[n]!;
    at = putDecimal(port & 0xffff, bytes, putAscii(',"port":', bytes, at));
    at = putAscii(port & LISTED_SEED ? ',"seed":true}' : ',"seed":false}', bytes, at);
  }
  at = putAscii("]", bytes, at);
  at = putPort('"http_port":', answer.http_port, bytes, at);
  at = putPort('"https_port":', answer.https_port, bytes, at);
  return bytes.subarray(0, putAscii("}\n", bytes, at));
}

function putPort(key: string, port: number | undefined, bytes: Uint8Array, at: number): number {
  if (port === undefined) return at;
  return putDecimal(port, bytes, putAscii(key, bytes, putAscii(",", bytes, at)));
}

/** An IPv4 address in quotes. */
function putQuad(address: number, bytes: Uint8Array, at: number): number {
  bytes[at++] = 0x22;
  for (let shift = 24; shift >= 0; shift -= 8) {
    at = putByte(address >>> shift & 255, bytes, at);
    bytes[at++] = shift === 0 ? 0x22 : 0x2e;
  }
  return at;
}

/** The digits of each byte, at three places. */
const BYTE_DIGITS = encoder.encode(
  Array.from({ length: 256 }, (_, byte) => `${byte}`.padEnd(3)).join(""),
);

function putByte(value: number, bytes: Uint8Array, at: number): number {
  const from = 3 * value;
  bytes[at++] = BYTE_DIGITS[from]!;
  if (value >= 10) bytes[at++] = BYTE_DIGITS[from + 1]!;
  if (value >= 100) bytes[at++] = BYTE_DIGITS[from + 2]!;
  return at;
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
