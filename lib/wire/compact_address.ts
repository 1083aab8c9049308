import { ipv6Groups, isIpv4, normalizeIp } from "../base/ip.ts";

/** Bytes of an IPv4 and of an IPv6 address with its port (BEP 23, BEP 7). */
export const COMPACT_V4 = 6;
export const COMPACT_V6 = 18;

/** A host that is an IP literal, and a port. */
export interface CompactAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Address and port in 6 or 18 bytes.
 *
 * @returns Undefined when the host is no IP literal.
 */
export function encodeCompactAddress({ host, port }: CompactAddress): Uint8Array | undefined {
  const ip = ipBytes(normalizeIp(host));
  return ip && Uint8Array.of(...ip, port >> 8, port & 255);
}

/**
 * Reads one compact address; IPv4 that comes mapped into IPv6 becomes plain IPv4.
 *
 * @param bytes 6 or 18 bytes.
 */
export function decodeCompactAddress(bytes: Uint8Array): CompactAddress {
  const ip = bytes.subarray(0, -2);
  const port = bytes[ip.length]! << 8 | bytes[ip.length + 1]!;
  if (bytes.length === COMPACT_V4) return { host: ip.join("."), port };
  const groups = Array.from({ length: 8 }, (_, at) => ip[2 * at]! << 8 | ip[2 * at + 1]!);
  return { host: normalizeIp(shortV6(groups)), port };
}

/** The canonical text of an IPv6 address (RFC 5952): an URL is written so. */
function shortV6(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function ipBytes(host: string): number[] | undefined {
  if (isIpv4(host)) return host.split(".").map(Number);
  const groups = host.includes("%") ? undefined : ipv6Groups(host);
  return groups?.flatMap((group) => [group >> 8, group & 255]);
}
