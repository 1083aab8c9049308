import { latin1 } from "../base/ascii.ts";
import {
  type InfoHash,
  infoHash,
  type InfoHashV2,
  infoHashV2,
  type PeerId,
  peerId,
} from "../base/ids.ts";
import { nameProblem } from "./share_name.ts";

/** The most bytes of an extended request line, its `\n` among them. */
export const MAX_EXTENDED_LINE = 8192;

/** Peers that an answer holds if the request names no number, and at most. */
export const NUMWANT = { usual: 50, most: 200 };

/** Shares that an answer holds if the request names no number, and at most. */
export const FIND_LIMIT = { usual: 20, most: 100 };

/** The most characters of a key. */
const MAX_KEY = 100;

/** What a peer tells of one share: `ANNOUNCE {json}`. Counts are bytes. */
export interface Announce extends Keyed {
  /** The v1 info-hash; one of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  /** TCP port of the peer. */
  readonly port: number;
  readonly peerId: PeerId;
  /** What it still misses; 0: it has everything. */
  readonly left: number;
  readonly uploaded: number;
  readonly downloaded: number;
  readonly event?: AnnounceEvent;
  /** Whether it serves the original's downloaders on that port, too. */
  readonly classic: boolean;
  /** Peers wanted in the answer. */
  readonly numwant: number;
}

/** Why a peer announces outside the interval (BEP 3, "event"). */
export type AnnounceEvent = "started" | "stopped" | "completed";

/** Asks which shares there are: `FIND {json}`, by exactly one of the three. */
export interface Find extends Keyed {
  readonly name?: string;
  /** The beginning of a name. */
  readonly prefix?: string;
  /** A whole info-hash or its beginning, at least 4 hex digits. */
  readonly hash?: string;
  readonly limit: number;
  /** The `next` of the answer before. */
  readonly after: number;
}

/** What every extended request can have. */
interface Keyed {
  /** What lets one use a private tracker. */
  readonly key?: string;
}

/** An extended request, as a tracker reads it. */
export type ExtendedRequest =
  | { readonly kind: "announce"; readonly announce: Announce }
  | { readonly kind: "find"; readonly find: Find }
  | ({ readonly kind: "stats" } & Keyed)
  /** `field` is what is wrong with it, safe to print. */
  | { readonly kind: "bad_request"; readonly field: string };

/** What a peer that was found looks like in an answer. */
export interface FoundPeer {
  readonly host: string;
  readonly port: number;
  /** Whether it has everything. */
  readonly seed: boolean;
}

/** The answer to an `ANNOUNCE`; times are seconds. */
export interface AnnounceAnswer {
  readonly interval: number;
  readonly seeders: number;
  readonly leechers: number;
  readonly peers: readonly FoundPeer[];
  /** TCP port on which BitTorrent clients can announce over HTTP, if there is one. */
  readonly http_port?: number;
  /** The same through TLS; a tracker has one of the two at most. */
  readonly https_port?: number;
}

/** A share that was found. */
export interface FoundShare {
  readonly name: string;
  readonly size: number;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly seeders: number;
  readonly leechers: number;
  /** Seconds since it was first announced. */
  readonly age: number;
}

/** The answer to a `FIND`. */
export interface FindAnswer {
  readonly shares: readonly FoundShare[];
  /** Peers of the original protocol that registered the very name that was asked for. */
  readonly classic: readonly { readonly host: string; readonly port: number }[];
  /** Where to go on, if there are more. */
  readonly next?: number;
}

/** The answer to a `STATS`: what the tracker holds, and what it did since it started. */
export interface TrackerStats {
  readonly shares: number;
  readonly seeders: number;
  readonly leechers: number;
  /** Names and registrations of the original protocol. */
  readonly classic_names: number;
  readonly classic_peers: number;
  /** Announces by the door that they came through. */
  readonly announces: { readonly line: number; readonly http: number; readonly udp: number };
  /** Requests that were refused, by all doors. */
  readonly refused: number;
  /** TCP connections that are open. */
  readonly connections: number;
  /** Seconds between the announces of a peer. */
  readonly interval: number;
  /** Seconds since it started. */
  readonly uptime: number;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The verbs as they stand at the beginning of a line. */
const VERBS = (["ANNOUNCE", "FIND", "STATS"] as const).map((verb) => ({
  verb,
  bytes: new TextEncoder().encode(verb),
}));

const [BLANK, RETURN] = [0x20, 0x0d];

/** The verb of the extended protocol with which a line begins, or undefined. */
function verbOf(line: Uint8Array): (typeof VERBS)[number]["verb"] | undefined {
  const found = VERBS.find(({ bytes }) => bytes.every((byte, at) => line[at] === byte));
  if (!found) return undefined;
  const next = line[found.bytes.length];
  return next === undefined || next === BLANK || next === RETURN ? found.verb : undefined;
}

/** Whether a line begins with a verb of the extended protocol that JSON follows, and the blank after it. */
export function isExtended(begin: Uint8Array): boolean {
  const verb = verbOf(begin);
  return verb !== undefined && verb !== "STATS" && begin[verb.length] === BLANK;
}

/**
 * Reads one request line of the extended protocol.
 *
 * @param line The line's bytes without its `\n`.
 * @returns Undefined when its verb is none of the extended ones.
 */
export function parseExtendedRequest(line: Uint8Array): ExtendedRequest | undefined {
  const verb = verbOf(line);
  if (verb === undefined) return undefined;
  const bare = verb === "STATS" && /^[ \r]*$/.test(latin1(line.subarray(verb.length)));
  if (bare) return { kind: "stats" };
  const fields = parseObject(line.subarray(verb.length));
  if (fields === undefined) return bad("the JSON object after the verb");
  const { key } = fields;
  if (key !== undefined && (typeof key !== "string" || key.length > MAX_KEY)) return bad("key");
  const keyed = key === undefined ? {} : { key };
  if (verb === "STATS") return { kind: "stats", ...keyed };
  return verb === "ANNOUNCE" ? parseAnnounce(fields, keyed) : parseFind(fields, keyed);
}

/** An `ANNOUNCE` request, one line. */
export function encodeAnnounce(announce: Announce): Uint8Array {
  const { peerId: peer_id, ...rest } = announce;
  return encodeLine("ANNOUNCE", { ...rest, peer_id });
}

/** A `FIND` request, one line. */
export function encodeFind(find: Find): Uint8Array {
  return encodeLine("FIND", find);
}

type Fields = Readonly<Record<string, unknown>>;

function parseAnnounce(fields: Fields, keyed: Keyed): ExtendedRequest {
  const v1 = fields.v1 === undefined ? undefined : infoHash(String(fields.v1));
  const v2 = fields.v2 === undefined ? undefined : infoHashV2(String(fields.v2));
  if (fields.v1 !== undefined && v1 === undefined) return bad("v1");
  if ((fields.v2 !== undefined || v1 === undefined) && v2 === undefined) return bad("v2");
  const id = typeof fields.peer_id === "string" ? peerId(fields.peer_id) : undefined;
  if (id === undefined) return bad("peer_id");
  const { name, event } = fields;
  if (typeof name !== "string") return bad("name");
  const problem = nameProblem(name);
  if (problem !== undefined) return bad(`name: it ${problem}`);
  if (!isCount(fields.port, 1, 65535)) return bad("port");
  for (const key of ["size", "left", "uploaded", "downloaded"]) {
    if (!isCount(fields[key], 0, Number.MAX_SAFE_INTEGER)) return bad(key);
  }
  if (fields.numwant !== undefined && !isCount(fields.numwant, 0, 1_000_000)) return bad("numwant");
  if (
    event !== undefined && event !== "started" && event !== "stopped" && event !== "completed"
  ) return bad("event");
  if (fields.classic !== undefined && typeof fields.classic !== "boolean") return bad("classic");
  const announce: Announce = {
    ...(v1 === undefined ? {} : { v1 }),
    ...(v2 === undefined ? {} : { v2 }),
    name,
    size: fields.size as number,
    port: fields.port,
    peerId: id,
    left: fields.left as number,
    uploaded: fields.uploaded as number,
    downloaded: fields.downloaded as number,
    ...(event === undefined ? {} : { event }),
    classic: fields.classic ?? false,
    numwant: Math.min(fields.numwant ?? NUMWANT.usual, NUMWANT.most),
    ...keyed,
  };
  return { kind: "announce", announce };
}

function parseFind(fields: Fields, keyed: Keyed): ExtendedRequest {
  const { name, prefix, hash, limit, after } = fields;
  const given = [name, prefix, hash].filter((one) => one !== undefined);
  if (given.length !== 1) return bad("name, prefix or hash: exactly one of them");
  if (typeof given[0] !== "string") return bad("name, prefix or hash: it is no text");
  const problem = hash === undefined ? nameProblem(given[0]) : undefined;
  if (problem !== undefined) return bad(`${name === undefined ? "prefix" : "name"}: it ${problem}`);
  if (hash !== undefined && !/^[0-9a-fA-F]{4,64}$/.test(given[0])) return bad("hash");
  if (limit !== undefined && !isCount(limit, 1, 1_000_000)) return bad("limit");
  if (after !== undefined && !isCount(after, 0, Number.MAX_SAFE_INTEGER)) return bad("after");
  const find: Find = {
    ...(name === undefined ? {} : { name: given[0] }),
    ...(prefix === undefined ? {} : { prefix: given[0] }),
    ...(hash === undefined ? {} : { hash: given[0].toLowerCase() }),
    limit: Math.min(limit ?? FIND_LIMIT.usual, FIND_LIMIT.most),
    after: after ?? 0,
    ...keyed,
  };
  return { kind: "find", find };
}

function bad(field: string): ExtendedRequest {
  return { kind: "bad_request", field };
}

/** Whether a value is a whole number from `least` to `most`. */
export function isCount(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** The JSON object in UTF-8, or undefined when it is none. */
export function parseObject(bytes: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Fields
      : undefined;
  } catch {
    return undefined;
  }
}

function encodeLine(verb: string, value: unknown): Uint8Array {
  return new TextEncoder().encode(`${verb} ${JSON.stringify(value)}\n`);
}
