import { WireError } from "./errors.ts";
import { nameProblem } from "./share_name.ts";

/** The most bytes of a request line, its `\n` among them. */
export const MAX_CLASSIC_LINE = 4096;

/** The most bytes of a reply: the original reads it with one `recv` of so many. */
export const MAX_CLASSIC_REPLY = 4095;

/** A request of the classic line protocol, as a tracker reads it. */
export type ClassicRequest =
  | { readonly kind: "register"; readonly name: string; readonly port: number }
  | { readonly kind: "getpeers"; readonly name: string }
  | { readonly kind: "malformed"; readonly verb: "REGISTER" | "GETPEERS" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown" };

/** An address in a classic reply. */
export interface ClassicPeer {
  readonly host: string;
  readonly port: number;
}

const encoder = new TextEncoder();

/** Text as the original's machines may write it: UTF-8, or else Latin-1 byte for byte. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

/** What C's `isspace` calls white space, but for the end of a line. */
const WHITE_SPACE = " \t\r\v\f";

/** Strips white space from both ends, in time that grows with the length only. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.includes(text[start]!)) start++;
  while (end > start && WHITE_SPACE.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * Reads one request line. The name of a `REGISTER` is everything between the verb and the last
 * token, that of a `GETPEERS` everything after the verb, so names may hold spaces.
 *
 * @param line The line's bytes without its `\n`.
 */
export function parseClassicRequest(line: Uint8Array): ClassicRequest {
  const text = trim(decodeText(line));
  const verb = /^[^ \t\r\v\f]*/.exec(text)![0];
  const rest = trim(text.slice(verb.length));
  if (verb === "GETPEERS") {
    if (rest === "") return { kind: "malformed", verb };
    return refusal(rest) ?? { kind: "getpeers", name: rest };
  }
  if (verb !== "REGISTER") return { kind: "unknown" };
  const match = /^(.*[^ \t\r\v\f])[ \t\r\v\f]+([^ \t\r\v\f]+)$/s.exec(rest);
  if (!match || !/^[+-]?\d+$/.test(match[2]!)) return { kind: "malformed", verb };
  const port = Number(match[2]);
  if (port < 1 || port > 65535) return { kind: "refused", reason: "A port must be 1 to 65535" };
  return refusal(match[1]!) ?? { kind: "register", name: match[1]!, port };
}

function refusal(name: string): ClassicRequest | undefined {
  const problem = nameProblem(name);
  return problem === undefined ? undefined : { kind: "refused", reason: `The name ${problem}` };
}

/** The reply to a `REGISTER` that was taken. */
export const CLASSIC_OK: Uint8Array = encoder.encode("OK\n");

/** An error reply: `ERROR <text>\n`. */
export function encodeClassicError(text: string): Uint8Array {
  return encoder.encode(`ERROR ${text}\n`);
}

/** The reply to a request that is not as it should be. */
export function encodeClassicProblem(
  request: Extract<ClassicRequest, { kind: "malformed" | "refused" | "unknown" }>,
): Uint8Array {
  switch (request.kind) {
    case "malformed":
      return encodeClassicError(`Invalid ${request.verb} command format`);
    case "refused":
      return encodeClassicError(request.reason);
    case "unknown":
      return encodeClassicError("Unknown command");
  }
}

function formatPeer({ host, port }: ClassicPeer): string {
  return host.includes(":") ? `[${host}]:${port};` : `${host}:${port};`;
}

/**
 * The reply to a `GETPEERS`: `ip:port;ip:port;\n`, whole entries only, never over
 * {@linkcode MAX_CLASSIC_REPLY} bytes.
 *
 * @param peers Who has the file, in the order of first registration.
 * @param freshestFirst The same peers, those to keep first where not all fit.
 */
export function encodeClassicPeers(
  peers: Iterable<ClassicPeer>,
  freshestFirst: Iterable<ClassicPeer>,
): Uint8Array {
  let room = MAX_CLASSIC_REPLY - 1;
  const kept = new Set<ClassicPeer>();
  for (const peer of freshestFirst) {
    room -= formatPeer(peer).length;
    if (room < 0) break;
    kept.add(peer);
  }
  let reply = "";
  for (const peer of peers) if (kept.has(peer)) reply += formatPeer(peer);
  return encoder.encode(reply + "\n");
}

/** A `REGISTER` request, one line. */
export function encodeClassicRegister(name: string, port: number): Uint8Array {
  return encoder.encode(`REGISTER ${name} ${port}\n`);
}

/** A `GETPEERS` request, one line. */
export function encodeClassicGetPeers(name: string): Uint8Array {
  return encoder.encode(`GETPEERS ${name}\n`);
}

/**
 * Reads the reply to a `REGISTER`.
 *
 * @param line The reply without its `\n`.
 * @returns Undefined for `OK`, or else the tracker's own words.
 */
export function parseClassicRegisterReply(line: Uint8Array): string | undefined {
  const text = trim(decodeText(line));
  return text === "OK" ? undefined : text.replace(/^ERROR\s*/, "") || "an empty answer";
}

/**
 * Reads the reply to a `GETPEERS`; entries that are no address are passed over.
 *
 * @param line The reply without its `\n`.
 * @returns The peers as they stand, none of them checked for where it points.
 * @throws {WireError} `bad_reply` when the tracker answers with an error or with something else.
 */
export function parseClassicPeersReply(line: Uint8Array): ClassicPeer[] {
  const text = trim(decodeText(line));
  if (text === "") return [];
  if (text.startsWith("ERROR")) {
    throw new WireError("bad_reply", text.replace(/^ERROR\s*/, "") || "an error without a reason");
  }
  const entries = text.split(";").map(trim).filter((entry) => entry !== "");
  const peers = entries.flatMap((entry) => {
    const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]{2,45})\]):(\d{1,5})$/.exec(entry);
    const port = Number(match?.[3]);
    return match && port >= 1 && port <= 65535 ? [{ host: (match[1] ?? match[2])!, port }] : [];
  });
  if (peers.length === 0) throw new WireError("bad_reply", "it is not a list of peers");
  return peers;
}
