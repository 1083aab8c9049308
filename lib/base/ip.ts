/** What kind of place an IP address names. */
export type AddressKind =
  | "unspecified"
  | "loopback"
  | "private"
  | "link-local"
  | "multicast"
  | "broadcast"
  | "public"
  | "invalid";

const MAPPED = "::ffff:";

const DOT = 46;
const ZERO = 48;

/**
 * An IPv4 dotted quad as one number, or -1. No leading zeros: the system's resolver would read
 * `012.0.0.1` as octal, and dial 10.0.0.1.
 */
export function ipv4Number(text: string): number {
  if (text.length > 15) return -1;
  let all = 0;
  let part = -1;
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (part < 0 || ++parts > 3) return -1;
      all = all * 256 + part;
      part = -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return parts === 3 && part >= 0 ? all * 256 + part : -1;
}

/** The eight groups of an IPv6 address, whose zone is left out, or undefined. */
export function ipv6Groups(text: string): number[] | undefined {
  let source = text.split("%")[0]!;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(source);
  if (tail) {
    const v4 = ipv4Number(tail[2]!);
    if (v4 < 0) return undefined;
    source = `${tail[1]}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  }
  const halves = source.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  if (!groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const [head, rest] = groups.map((half) => half.map((group) => parseInt(group, 16)));
  if (rest === undefined) return head!.length === 8 ? head : undefined;
  const missing = 8 - head!.length - rest.length;
  if (missing < 1) return undefined;
  return [...head!, ...new Array<number>(missing).fill(0), ...rest];
}

/**
 * Brings an address as a socket reports it to one form: an IPv4 address that comes mapped into
 * IPv6 (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) becomes plain IPv4, the rest lower case.
 */
export function normalizeIp(text: string): string {
  if (!text.includes(":")) return text.toLowerCase();
  // As one socket for both families tells of IPv4.
  if (text.startsWith(MAPPED) && isIpv4(text.slice(MAPPED.length))) {
    return text.slice(MAPPED.length);
  }
  const groups = ipv6Groups(text);
  if (!groups || groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) {
    return text.toLowerCase();
  }
  const [high, low] = [groups[6]!, groups[7]!];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Tells whether the text is an IPv4 dotted quad. */
export function isIpv4(text: string): boolean {
  return ipv4Number(text) >= 0;
}

/** What kind of place an address names (RFC 6890); v4-mapped IPv6 counts as its IPv4. */
export function addressKind(text: string): AddressKind {
  const ip = normalizeIp(text);
  const v4 = ipv4Number(ip);
  if (v4 >= 0) return ipv4Kind(v4);
  const v6 = ipv6Groups(ip);
  return v6 ? ipv6Kind(v6) : "invalid";
}

/** As {@linkcode addressKind}, of the eight groups of an IPv6 address that is not v4-mapped. */
export function ipv6Kind(groups: ArrayLike<number>): AddressKind {
  const first = groups[0]!;
  let last = 0;
  while (last < 7 && groups[last] === 0) last++;
  if (last === 7 && groups[7] === 0) return "unspecified";
  if (last === 7 && groups[7] === 1) return "loopback";
  if (first >= 0xff00) return "multicast";
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xfe00) === 0xfc00) return "private";
  return "public";
}

/** As {@linkcode addressKind}, of an IPv4 address as one number. */
export function ipv4Kind(address: number): AddressKind {
  const [a, b] = [address >>> 24, address >>> 16 & 255];
  if (a === 0) return "unspecified";
  if (a === 127) return "loopback";
  if (a === 169 && b === 254) return "link-local";
  if (a >= 224 && a < 240) return "multicast";
  if (address === 0xffff_ffff) return "broadcast";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  if (a === 100 && b >= 64 && b < 128) return "private";
  return "public";
}

/** The unit that limits count by: an IPv4 address, or the /64 of an IPv6 one. */
export function addressGroup(text: string): string {
  const ip = normalizeIp(text);
  const v6 = ip.includes(":") ? ipv6Groups(ip) : undefined;
  return v6 ? v6.slice(0, 4).map((group) => group.toString(16)).join(":") + "::/64" : ip;
}
