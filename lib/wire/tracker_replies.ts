import { infoHash, infoHashV2 } from "../base/ids.ts";
import { addressKind, normalizeIp } from "../base/ip.ts";
import { WireError } from "./errors.ts";
import { nameProblem } from "./share_name.ts";
import {
  type AnnounceAnswer,
  FIND_LIMIT,
  type FindAnswer,
  type FoundPeer,
  type FoundShare,
  isCount,
  NUMWANT,
  parseObject,
  type TrackerStats,
} from "./tracker_lines.ts";

/** The most bytes of an answer that we read. */
export const MAX_EXTENDED_REPLY = 1024 * 1024;

/** Codes of an `ERROR <code> <text>` answer. */
export type ExtendedErrorCode =
  | "bad_request"
  | "too_fast"
  | "full"
  | "refused"
  | "forbidden"
  | "unauthorized";

/** The answer to a request that was taken: `OK {json}`. */
export function encodeOk(value: AnnounceAnswer | FindAnswer | TrackerStats): Uint8Array {
  return new TextEncoder().encode(`OK ${JSON.stringify(value)}\n`);
}

/** The answer to a request that was not: `ERROR <code> <text>`. */
export function encodeExtendedError(code: ExtendedErrorCode, text: string): Uint8Array {
  return new TextEncoder().encode(`ERROR ${code} ${text}\n`);
}

/** An answer as a peer reads it. */
export type ExtendedReply<T> =
  | { readonly kind: "ok"; readonly value: T }
  /** The tracker knows the original protocol only. */
  | { readonly kind: "classic" }
  /** The tracker's own words, not safe to print. */
  | { readonly kind: "refused"; readonly text: string };

/**
 * Reads the answer to an `ANNOUNCE`. Entries that no peer can have are passed over.
 *
 * @param line The answer without its `\n`.
 * @throws {WireError} `bad_reply`.
 */
export function parseAnnounceReply(line: Uint8Array): ExtendedReply<AnnounceAnswer> {
  return parseReply(line, (fields) => {
    const { interval, seeders, leechers, peers, http_port, https_port } = fields;
    if (!isCount(interval, 1, 86_400) || !Array.isArray(peers)) return undefined;
    return {
      interval,
      seeders: count(seeders),
      leechers: count(leechers),
      peers: peers.slice(0, NUMWANT.most).flatMap(peerOf),
      ...(isCount(http_port, 1, 65535) ? { http_port } : {}),
      ...(isCount(https_port, 1, 65535) ? { https_port } : {}),
    };
  });
}

/**
 * Reads the answer to a `FIND`. Entries that make no sense are passed over.
 *
 * @param line The answer without its `\n`.
 * @throws {WireError} `bad_reply`.
 */
export function parseFindReply(line: Uint8Array): ExtendedReply<FindAnswer> {
  return parseReply(line, (fields) => {
    const { shares, classic, next } = fields;
    if (!Array.isArray(shares) || !Array.isArray(classic)) return undefined;
    return {
      shares: shares.slice(0, FIND_LIMIT.most).flatMap(shareOf),
      classic: classic.slice(0, NUMWANT.most).flatMap(peerOf)
        .map(({ host, port }) => ({ host, port })),
      ...(isCount(next, 0, Number.MAX_SAFE_INTEGER) ? { next } : {}),
    };
  });
}

function parseReply<T>(
  line: Uint8Array,
  read: (fields: Readonly<Record<string, unknown>>) => T | undefined,
): ExtendedReply<T> {
  const text = new TextDecoder().decode(line).replace(/\r$/, "");
  if (/^ERROR Unknown command\b/.test(text)) return { kind: "classic" };
  if (text.startsWith("ERROR")) return { kind: "refused", text: text.slice(6) };
  const fields = text.startsWith("OK ") ? parseObject(line.subarray(3)) : undefined;
  const value = fields && read(fields);
  if (value === undefined) throw new WireError("bad_reply", "it is not an answer of a tracker");
  return { kind: "ok", value };
}

function count(value: unknown): number {
  return isCount(value, 0, Number.MAX_SAFE_INTEGER) ? value : 0;
}

function peerOf(value: unknown): FoundPeer[] {
  if (typeof value !== "object" || value === null) return [];
  const { host, port, seed } = value as Record<string, unknown>;
  if (typeof host !== "string" || !isCount(port, 1, 65535)) return [];
  const normal = normalizeIp(host);
  return addressKind(normal) === "invalid" ? [] : [{ host: normal, port, seed: seed === true }];
}

function shareOf(value: unknown): FoundShare[] {
  if (typeof value !== "object" || value === null) return [];
  const { name, size, v1, v2, seeders, leechers, age } = value as Record<string, unknown>;
  const hashes = {
    v1: typeof v1 === "string" ? infoHash(v1) : undefined,
    v2: typeof v2 === "string" ? infoHashV2(v2) : undefined,
  };
  if (typeof name !== "string" || nameProblem(name) !== undefined) return [];
  if (hashes.v1 === undefined && hashes.v2 === undefined) return [];
  return [{
    name,
    size: count(size),
    ...(hashes.v1 === undefined ? {} : { v1: hashes.v1 }),
    ...(hashes.v2 === undefined ? {} : { v2: hashes.v2 }),
    seeders: count(seeders),
    leechers: count(leechers),
    age: count(age),
  }];
}
