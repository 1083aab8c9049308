import { type InfoHash, infoHash, type InfoHashV2, infoHashV2 } from "../base/ids.ts";
import { printable } from "../base/printable.ts";
import { hexOfBase32 } from "./base32.ts";
import { MetaError } from "./errors.ts";
import { percentDecoded, percentEncoded } from "./percent.ts";
import { type FileRange, formatSelectOnly, parseSelectOnly } from "./select_only.ts";

/** The most characters of a link. */
export const MAX_MAGNET = 64 * 1024;

/** What is kept of each of trackers, web seeds and peers; what comes after is passed over. */
const MAX_HINTS = 256;

/** The multihash of a SHA-256: its code and its length in bytes (BEP 9, "magnet URI format"). */
const SHA256 = "1220";

/** What a magnet link says (BEP 9, "magnet URI format"; BEP 52; BEP 53). It has a hash or both. */
export interface Magnet {
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  /** What to call it until its own name is known; as it was written, not safe for any file system. */
  readonly name?: string;
  /** URLs, as they were written. */
  readonly trackers: readonly string[];
  /** BEP 19; URLs, as they were written. */
  readonly webSeeds: readonly string[];
  /** Who surely has it. */
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  /** BEP 53: the files that are wanted; absent: all. */
  readonly select?: readonly FileRange[];
}

/** Whether text is meant to be a magnet link. */
export function isMagnet(text: string): boolean {
  return /^magnet:/i.test(text);
}

/**
 * Reads a magnet link. Keys that are not known are passed over, as are peers that are no addresses
 * and hashes of other networks; keys may be numbered (`tr.1`).
 *
 * @throws {MetaError} `bad_magnet` when it is none, names no torrent, two of them, or a hash that is
 * none; `too_large` when it is longer than {@linkcode MAX_MAGNET}.
 */
export function parseMagnet(link: string): Magnet {
  if (link.length > MAX_MAGNET) {
    const most = `${MAX_MAGNET} are the most`;
    throw new MetaError("too_large", `the magnet link has ${link.length} characters; ${most}`);
  }
  if (!/^magnet:\?/i.test(link)) {
    throw new MetaError("bad_magnet", `${shown(link)} is no magnet link: it begins with magnet:?`);
  }
  const values = valuesOf(link.slice("magnet:?".length));
  const [v1, v2] = hashesOf(values.get("xt") ?? []);
  const name = values.get("dn")?.[0]?.replaceAll("+", " ");
  const wanted = values.get("so");
  const select = wanted && parseSelectOnly(wanted.map(percentDecoded).join(","));
  if (wanted && !select) {
    throw new MetaError("bad_magnet", `the magnet link's so (BEP 53) is no list like 0,2,4,6-8`);
  }
  return {
    ...v1 && { v1 },
    ...v2 && { v2 },
    ...name && { name: percentDecoded(name) },
    trackers: hints(values.get("tr")),
    webSeeds: hints(values.get("ws")),
    peers: hints(values.get("x.pe")).flatMap(peerOf),
    ...select && { select },
  };
}

/**
 * Writes a magnet link that any client reads: v1 hash, v2 hash, name, then the rest.
 *
 * @throws {RangeError} When there is no hash.
 */
export function formatMagnet(magnet: Partial<Magnet>): string {
  const { v1, v2, name, trackers = [], webSeeds = [], peers = [], select } = magnet;
  if (v1 === undefined && v2 === undefined) throw new RangeError("a magnet link needs a hash");
  return "magnet:?" + [
    ...v1 === undefined ? [] : [`xt=urn:btih:${v1}`],
    ...v2 === undefined ? [] : [`xt=urn:btmh:${SHA256}${v2}`],
    ...name === undefined ? [] : [`dn=${percentEncoded(name)}`],
    ...trackers.map((url) => `tr=${percentEncoded(url)}`),
    ...webSeeds.map((url) => `ws=${percentEncoded(url)}`),
    ...peers.map(({ host, port }) => `x.pe=${host.includes(":") ? `[${host}]` : host}:${port}`),
    ...select === undefined ? [] : [`so=${formatSelectOnly(select)}`],
  ].join("&");
}

/** By key without its number: the values that are not empty, in order, not yet decoded. */
function valuesOf(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    if (equals < 0 || equals === part.length - 1) continue;
    const key = percentDecoded(part.slice(0, equals)).toLowerCase().replace(/\.\d{1,4}$/, "");
    const value = part.slice(equals + 1);
    const known = values.get(key);
    if (known) known.push(value);
    else values.set(key, [value]);
  }
  return values;
}

function hashesOf(topics: readonly string[]): [InfoHash | undefined, InfoHashV2 | undefined] {
  const v1 = new Set<InfoHash>();
  const v2 = new Set<InfoHashV2>();
  for (const topic of topics.map(percentDecoded)) {
    const [, kind, hash] = /^urn:(btih|btmh):(.*)$/is.exec(topic) ?? [];
    if (kind === undefined || hash === undefined) continue;
    if (kind.toLowerCase() === "btih") v1.add(v1Of(hash));
    else v2.add(v2Of(hash));
  }
  if (v1.size > 1 || v2.size > 1) {
    throw new MetaError("bad_magnet", "the magnet link names more than one torrent");
  }
  if (v1.size + v2.size === 0) {
    const what = "xt=urn:btih:... or xt=urn:btmh:...";
    throw new MetaError("bad_magnet", `the magnet link names no torrent; it needs ${what}`);
  }
  return [[...v1][0], [...v2][0]];
}

function v1Of(hash: string): InfoHash {
  const found = infoHash(hash.length === 32 ? hexOfBase32(hash) ?? "" : hash);
  if (found) return found;
  const what = "40 hex digits or 32 of base32";
  throw new MetaError("bad_magnet", `the magnet link's btih is not ${what}: ${shown(hash)}`);
}

function v2Of(hash: string): InfoHashV2 {
  const found = hash.startsWith(SHA256) ? infoHashV2(hash.slice(SHA256.length)) : undefined;
  if (found) return found;
  const what = `${SHA256} and 64 hex digits (SHA-256)`;
  throw new MetaError("bad_magnet", `the magnet link's btmh is not ${what}: ${shown(hash)}`);
}

function hints(values: readonly string[] = []): string[] {
  return [...new Set(values.slice(0, MAX_HINTS).map((value) => percentDecoded(value).trim()))]
    .filter((value) => value !== "");
}

function peerOf(text: string): { host: string; port: number }[] {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253})):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65535) return [];
  return [{ host, port }];
}

function shown(text: string): string {
  return `"${printable(text, 100)}"`;
}
