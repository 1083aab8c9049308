import { addressKind, normalizeIp } from "../base/ip.ts";

/** A pair of an element of `Forwarded`, if there is one, and what stands behind it. */
const PAIR =
  /[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([^\s",;]+|"(?:[^"\\]|\\.)*"))?[ \t]*([;,]|$)/y;

/** An address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`, or bare. */
const V4_PORT = /^([0-9.]+)(?::\d{1,5})?$/;
const V6_PORT = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i;
const V6 = /^[0-9a-f:.]+$/i;

/**
 * Who sent a request that came through proxies: the nearest address that is not trusted, as the
 * trusted ones tell it, or the farthest one. What is behind an entry that names no address is not
 * looked at, since nobody who is trusted vouches for it.
 *
 * `X-Forwarded-For` counts, or `Forwarded` (RFC 7239) where there is none: a proxy that sets the latter
 * has to take away the former, which anybody can send.
 *
 * @param peer The address that the connection came from.
 * @param headers By name in lower case; several of one name joined with commas.
 * @param trusts Whether an address is that of a proxy whose word counts.
 */
export function clientAddress(
  peer: string,
  headers: ReadonlyMap<string, string>,
  trusts: (host: string) => boolean,
): string {
  let client = peer;
  if (!trusts(peer)) return client;
  for (const told of toldBy(headers)) {
    const host = hostOf(told);
    if (host === undefined) break;
    client = host;
    if (!trusts(host)) break;
  }
  return client;
}

/** What the proxies tell, the nearest first. */
function toldBy(headers: ReadonlyMap<string, string>): Iterable<string> {
  const list = headers.get("x-forwarded-for");
  if (list !== undefined) return fromTheEnd(list);
  return forwardedFor(headers.get("forwarded") ?? "").reverse();
}

function* fromTheEnd(list: string): Iterable<string> {
  for (let end = list.length; end >= 0;) {
    const comma = end === 0 ? -1 : list.lastIndexOf(",", end - 1);
    yield list.slice(comma + 1, end).trim();
    end = comma;
  }
}

/** The `for` of each element, empty where it has none; nothing where the header is not as it should be. */
function forwardedFor(header: string): string[] {
  const told: string[] = [];
  let current: string | undefined;
  for (let at = 0;;) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(header);
    if (!match) return [];
    const [whole, name, value = "", behind] = match;
    if (name?.toLowerCase() === "for") {
      if (current !== undefined) return [];
      current = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
    }
    at += whole.length;
    if (behind === ";") continue;
    told.push(current ?? "");
    current = undefined;
    if (behind === "") return told;
  }
}

/** One machine's address, without its port. */
function hostOf(told: string): string | undefined {
  const bare = V4_PORT.exec(told)?.[1] ?? V6_PORT.exec(told)?.[1] ?? (V6.test(told) ? told : "");
  const host = normalizeIp(bare);
  switch (addressKind(host)) {
    case "invalid":
    case "unspecified":
    case "multicast":
    case "broadcast":
      return undefined;
    default:
      return host;
  }
}
