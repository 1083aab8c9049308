import { type InfoHash, infoHashAt, type PeerId, peerIdAt } from "../base/ids.ts";
import { percentDecoded } from "../meta/percent.ts";
import { type AnnounceEvent, NUMWANT } from "./tracker_lines.ts";
import { MAX_SCRAPE } from "./udp_tracker_server.ts";

/** What a BitTorrent client tells an HTTP tracker (BEP 3, "trackers"; BEP 7, 23). */
export interface HttpAnnounce {
  readonly infoHash: InfoHash;
  readonly peerId: PeerId;
  readonly port: number;
  /** Bytes that it still misses; 0: it has everything. `Infinity`: it does not say. */
  readonly left: number;
  readonly event?: AnnounceEvent;
  /** Peers wanted in the answer. */
  readonly numwant: number;
  /** Whether it takes peers as bytes (BEP 23); else as dictionaries. */
  readonly compact: boolean;
  /** Whether dictionaries of peers need no peer ids. */
  readonly noPeerId: boolean;
  /** The address that it would like to be known by, as it came. */
  readonly ip?: string;
  /** Whether it says that it has an IPv6 address, too. */
  readonly ipv6: boolean;
}

/** A query, read; `reason` says what is wrong with it, safe to print. */
export type HttpQuery<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "bad"; readonly reason: string };

/** Characters of text that is kept. */
const MAX_TEXT = 64;

/**
 * Reads the query of an announce. Of a name that comes twice the last one counts, but for the
 * info-hash, of which there is one.
 *
 * @param query What stands behind the `?`, one byte a character.
 */
export function parseAnnounceQuery(query: string): HttpQuery<HttpAnnounce> {
  let hash: InfoHash | undefined;
  let id: PeerId | undefined;
  let port: string | undefined;
  let left = Infinity;
  let event: AnnounceEvent | undefined;
  let numwant = NUMWANT.usual;
  let [compact, noPeerId, ipv6] = [true, false, false];
  let ip: string | undefined;
  for (let at = 0; at < query.length;) {
    const end = endOf(query, at);
    const equals = query.indexOf("=", at);
    const name = query.slice(at, equals >= 0 && equals < end ? equals : end);
    const value = equals >= 0 && equals < end ? query.slice(equals + 1, end) : "";
    at = end + 1;
    switch (name) {
      case "info_hash":
        if (hash !== undefined) return bad("it names more than one info_hash");
        if (!unescape20(value)) return bad("info_hash is not 20 bytes, escaped");
        hash = infoHashAt(unescaped, 0);
        break;
      case "peer_id":
        if (!unescape20(value)) return bad("peer_id is not 20 bytes, escaped");
        id = peerIdAt(unescaped, 0);
        break;
      case "port":
        port = value;
        break;
      case "left":
        // Below 0: a client that has only a link yet.
        if (!/^-?\d{1,20}$/.test(value)) return bad("left is no number");
        left = value.startsWith("-") ? Infinity : Number(value);
        break;
      case "event":
        event = eventOf(value);
        break;
      case "numwant":
        // Many clients say -1 for what the tracker likes.
        if (/^\d{1,9}$/.test(value)) numwant = Math.min(Number(value), NUMWANT.most);
        break;
      case "compact":
        compact = value !== "0";
        break;
      case "no_peer_id":
        noPeerId = value !== "0";
        break;
      case "ip":
      case "ipv4":
        if (value !== "") ip = percentDecoded(value).slice(0, MAX_TEXT);
        break;
      case "ipv6":
        ipv6 = value !== "";
        break;
    }
  }
  if (hash === undefined) return bad("it names no info_hash");
  if (id === undefined) return bad("it names no peer_id");
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return bad("port is not 1 to 65535");
  }
  const value: HttpAnnounce = {
    infoHash: hash,
    peerId: id,
    port: Number(port),
    left,
    ...(event === undefined ? {} : { event }),
    numwant: event === "stopped" ? 0 : numwant,
    compact,
    noPeerId,
    ...(ip === undefined ? {} : { ip }),
    ipv6,
  };
  return { kind: "ok", value };
}

/**
 * Reads the query of a scrape (BEP 48): one info-hash or several. The first ones count, as many as a
 * UDP tracker is asked for.
 *
 * @param query As for {@linkcode parseAnnounceQuery}.
 */
export function parseScrapeQuery(query: string): HttpQuery<readonly InfoHash[]> {
  const hashes: InfoHash[] = [];
  for (let at = 0; at < query.length && hashes.length < MAX_SCRAPE;) {
    const end = endOf(query, at);
    if (query.startsWith("info_hash=", at)) {
      if (!unescape20(query.slice(at + "info_hash=".length, end))) {
        return bad("an info_hash is not 20 bytes, escaped");
      }
      hashes.push(infoHashAt(unescaped, 0));
    }
    at = end + 1;
  }
  if (hashes.length === 0) return bad("it names no info_hash; all at once cannot be asked for");
  return { kind: "ok", value: hashes };
}

function endOf(query: string, at: number): number {
  const end = query.indexOf("&", at);
  return end < 0 ? query.length : end;
}

function eventOf(text: string): AnnounceEvent | undefined {
  return text === "started" || text === "stopped" || text === "completed" ? text : undefined;
}

/** What was unescaped last. */
const unescaped = new Uint8Array(20);

/** Unescapes 20 bytes. @returns False when these are no 20 bytes. */
function unescape20(text: string): boolean {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    let byte = text.charCodeAt(at);
    if (byte === 0x25) {
      const [high, low] = [digitOf(text.charCodeAt(at + 1)), digitOf(text.charCodeAt(at + 2))];
      if (high < 0 || low < 0) return false;
      byte = high << 4 | low;
      at += 2;
    }
    if (byte > 255 || count === unescaped.length) return false;
    unescaped[count++] = byte;
  }
  return count === unescaped.length;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function bad(reason: string): { readonly kind: "bad"; readonly reason: string } {
  return { kind: "bad", reason };
}
