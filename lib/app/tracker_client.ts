import { messageOf } from "../base/errors.ts";
import { type AddressKind, addressKind } from "../base/ip.ts";
import { printable } from "../base/printable.ts";
import { dial, type DialOptions } from "../net/dial.ts";
import { NetError } from "../net/errors.ts";
import {
  type ClassicPeer,
  encodeClassicGetPeers,
  encodeClassicRegister,
  parseClassicPeersReply,
  parseClassicRegisterReply,
} from "../wire/classic_tracker.ts";
import { WireError } from "../wire/errors.ts";
import { LineReader } from "../wire/line_reader.ts";
import {
  type Announce,
  type AnnounceAnswer,
  encodeAnnounce,
  encodeFind,
  type Find,
  type FindAnswer,
} from "../wire/tracker_lines.ts";
import {
  type ExtendedReply,
  MAX_EXTENDED_REPLY,
  parseAnnounceReply,
  parseFindReply,
} from "../wire/tracker_replies.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import type { HostPort, LineTracker } from "./types.ts";

const CONNECT_MS = 10_000;
const REPLY_MS = 30_000;

/** The most bytes of a reply that we read. */
const MAX_REPLY = MAX_EXTENDED_REPLY;

/** A tracker's answer, and what kind of place it came from. */
interface Reply {
  readonly line: Uint8Array;
  readonly trackerKind: AddressKind;
}

/**
 * Registers a share with one tracker.
 *
 * @returns What kind of address the tracker was reached at.
 * @throws {AppError} `tracker_connect` when it cannot be reached, `protocol` when it refuses.
 * @throws The signal's reason.
 */
export async function register(
  tracker: HostPort,
  name: string,
  port: number,
  signal?: AbortSignal,
): Promise<AddressKind> {
  const reply = await ask(tracker, encodeClassicRegister(name, port), signal);
  const refusal = parseClassicRegisterReply(reply.line);
  if (refusal === undefined) return reply.trackerKind;
  const spaces = /\s/.test(name) ? " An original tracker takes no names with spaces." : "";
  throw new AppError(
    "protocol",
    `The tracker at ${formatHostPort(tracker)} refused "${printable(name)}": ${
      printable(refusal, 200)
    }.${spaces}`,
    { fault: "remote" },
  );
}

/**
 * Asks one tracker who has a share.
 *
 * @returns The peers, unchecked, and what kind of address the tracker was reached at.
 * @throws {AppError} as {@linkcode register}.
 */
export async function getPeers(
  tracker: HostPort,
  name: string,
  signal?: AbortSignal,
): Promise<{ readonly peers: readonly ClassicPeer[]; readonly trackerKind: AddressKind }> {
  const reply = await ask(tracker, encodeClassicGetPeers(name), signal);
  try {
    return { peers: parseClassicPeersReply(reply.line), trackerKind: reply.trackerKind };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new AppError(
      "protocol",
      `The tracker at ${formatHostPort(tracker)} did not tell who has "${printable(name)}": ${
        printable(error.message, 200)
      }.`,
      { cause: error, fault: "remote" },
    );
  }
}

/**
 * Tells one tracker of a share.
 *
 * @param allow Which addresses of its name may be dialled; default: all.
 * @returns Its answer, or undefined when it knows the original's requests only.
 * @throws {AppError} as {@linkcode register}.
 */
export async function announce(
  tracker: LineTracker,
  told: Announce,
  signal?: AbortSignal,
  allow?: DialOptions["allow"],
): Promise<{ readonly answer: AnnounceAnswer; readonly trackerKind: AddressKind } | undefined> {
  const { line, trackerKind } = await ask(
    tracker,
    encodeAnnounce(keyed(told, tracker)),
    signal,
    allow,
  );
  const answer = readExtended(tracker, () => parseAnnounceReply(line));
  return answer && { answer, trackerKind };
}

/**
 * Asks one tracker which shares there are.
 *
 * @returns Its answer, or undefined when it knows the original's requests only.
 * @throws {AppError} as {@linkcode register}.
 */
export async function find(
  tracker: LineTracker,
  wanted: Find,
  signal?: AbortSignal,
): Promise<{ readonly answer: FindAnswer; readonly trackerKind: AddressKind } | undefined> {
  const { line, trackerKind } = await ask(tracker, encodeFind(keyed(wanted, tracker)), signal);
  const answer = readExtended(tracker, () => parseFindReply(line));
  return answer && { answer, trackerKind };
}

/** A request with the key that the tracker wants. */
function keyed<T extends Announce | Find>(request: T, { key }: LineTracker): T {
  return key === undefined ? request : { ...request, key };
}

function readExtended<T>(tracker: HostPort, read: () => ExtendedReply<T>): T | undefined {
  let problem: string;
  try {
    const reply = read();
    switch (reply.kind) {
      case "ok":
        return reply.value;
      case "classic":
        return undefined;
      case "refused":
        problem = `refused: ${printable(reply.text, 200)}`;
        break;
      default:
        return reply satisfies never;
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    problem = `gave no sensible answer: ${printable(error.message, 200)}`;
  }
  const where = formatHostPort(tracker);
  throw new AppError("protocol", `The tracker at ${where} ${problem}.`, { fault: "remote" });
}

async function ask(
  tracker: HostPort,
  request: Uint8Array,
  signal?: AbortSignal,
  allow?: DialOptions["allow"],
): Promise<Reply> {
  try {
    const options = { timeoutMs: CONNECT_MS, signal, ...allow && { allow } };
    using connection = await dial(tracker.host, tracker.port, options);
    await connection.write(request, REPLY_MS);
    const deadline = performance.now() + REPLY_MS;
    const reader = new LineReader(MAX_REPLY);
    const buffer = new Uint8Array(4096);
    const trackerKind = addressKind(connection.remoteHost);
    for (;;) {
      const left = Math.max(1, deadline - performance.now());
      const count = await connection.read(buffer, left);
      if (count === null) {
        const line = reader.rest();
        if (line) return { line, trackerKind };
        throw new NetError("reset", "it hung up without an answer", { fault: "remote" });
      }
      reader.push(buffer.subarray(0, count));
      const line = reader.next();
      if (line) return { line, trackerKind };
    }
  } catch (error) {
    signal?.throwIfAborted();
    const where = formatHostPort(tracker);
    const code = error instanceof WireError ? "protocol" : "tracker_connect";
    throw new AppError(
      code,
      `The tracker at ${where} cannot be used: ${printable(messageOf(error), 200)}. ` +
        "Is it running, and is the address right? Name another with --tracker HOST:PORT.",
      { cause: error, fault: "remote" },
    );
  }
}
