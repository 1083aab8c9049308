/** The requests of a load: peers by chance in many swarms, written once and sent again and again. */
import { type Memory, memory } from "./libc.ts";
import { seededRandom } from "../../../tests/support/seeded_random.ts";

/** How a tracker is spoken to. */
export type Dialect = "http" | "lines" | "udp";

/** Requests one after the other in memory. */
export interface Requests {
  readonly count: number;
  readonly memory: Memory;
  /** Where each begins, and behind the last one its end. */
  readonly starts: Uint32Array;
}

/** Bytes of an UDP announce without options (BEP 15). */
const UDP_ANNOUNCE = 98;

const random = seededRandom(7);
const below = (limit: number) => Math.floor(random.next() * limit);

/** The info-hash of a swarm, 40 hex digits. */
export function hashOf(swarm: number): string {
  return swarm.toString(16).padStart(8, "0").repeat(5);
}

/**
 * @param keep Whether the connection is to stay open, where the dialect tells.
 */
export function makeRequests(
  dialect: Dialect,
  { count, swarms, keep }: { count: number; swarms: number; keep: boolean },
): Requests {
  const most = dialect === "udp" ? UDP_ANNOUNCE : 480;
  const all = memory(count * most);
  const starts = new Uint32Array(count + 1);
  let at = 0;
  for (let n = 0; n < count; n++) {
    starts[n] = at;
    // Swarms in turn: all have as many peers. Peers stand among others of other swarms.
    at += write(dialect, all.bytes.subarray(at, at + most), n % swarms, keep);
  }
  starts[count] = at;
  return { count, memory: all, starts };
}

const encoder = new TextEncoder();

function write(dialect: Dialect, into: Uint8Array, swarm: number, keep: boolean): number {
  const hash = hashOf(swarm);
  const id = Array.from({ length: 20 }, () => below(256));
  const port = 1_024 + below(64_000);
  const left = below(2) * 1_000_000;
  switch (dialect) {
    case "udp": {
      const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
      view.setUint32(8, 1);
      for (let byte = 0; byte < 20; byte++) {
        into[16 + byte] = parseInt(hash.slice(2 * byte, 2 * byte + 2), 16);
        into[36 + byte] = id[byte]!;
      }
      view.setBigUint64(64, BigInt(left));
      view.setInt32(92, -1);
      view.setUint16(96, port);
      return UDP_ANNOUNCE;
    }
    case "http": {
      const escaped = hash.replace(/../g, "%$&");
      const peerId = `-XX0001-${id.slice(8).map((byte) => (byte % 10).toString()).join("")}`;
      const query = `info_hash=${escaped}&peer_id=${peerId}&port=${port}&uploaded=0&downloaded=0` +
        `&left=${left}&corrupt=0&key=1A2B3C4D&numwant=50&compact=1&no_peer_id=1`;
      const text = `GET /announce?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load/1\r\n` +
        `Accept-Encoding: gzip\r\nConnection: ${keep ? "keep-alive" : "close"}\r\n\r\n`;
      return encoder.encodeInto(text, into).written;
    }
    case "lines": {
      const peer_id = id.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const told = {
        v1: hash,
        v2: (swarm + 2 ** 24).toString(16).padStart(8, "0").repeat(8),
        name: `share-${swarm}.bin`,
        size: 1_000_000,
        port,
        peer_id,
        left,
        uploaded: 0,
        downloaded: 0,
      };
      return encoder.encodeInto(`ANNOUNCE ${JSON.stringify(told)}\n`, into).written;
    }
    default:
      return dialect satisfies never;
  }
}
