import { addressKind, normalizeIp } from "../base/ip.ts";
import { DictReader } from "./bencode_dict.ts";
import { COMPACT_V4, COMPACT_V6, type CompactAddress } from "./compact_address.ts";
import { decodeCompactList } from "./compact_list.ts";
import { WireError } from "./errors.ts";
import { MAX_ANSWER_PEERS, type TrackerAnswer, USUAL_INTERVAL } from "./tracker_announce.ts";

/** The most bytes of an HTTP tracker's answer. */
export const MAX_HTTP_ANSWER = 1024 * 1024;

/** Bytes of text for people that are kept, and of a tracker id: a longer one is not sent back. */
const MAX_TEXT = 500;
const MAX_TRACKER_ID = 200;

/** The answer of an HTTP tracker to an announce. */
export type HttpAnswer =
  | { readonly kind: "answer"; readonly answer: TrackerAnswer }
  | {
    readonly kind: "refused";
    /** For a person; not safe to print. */
    readonly reason: string;
    /** Minutes until it may be asked again (BEP 31); absent: it does not tell. */
    readonly retryIn?: number | "never";
  };

/**
 * Reads the body of an HTTP tracker's answer (BEP 3, "trackers"; compact peers BEP 23 and BEP 7;
 * BEP 31). Peers that are no IP literal are left out: a name could stand for any place.
 *
 * @throws {WireError} `bad_message` when it is no dictionary, over a limit, or tells nothing of peers.
 */
export function parseHttpAnswer(body: Uint8Array): HttpAnswer {
  if (body.length > MAX_HTTP_ANSWER) {
    const most = `${MAX_HTTP_ANSWER} are the most`;
    throw new WireError("bad_message", `it sent an answer of ${body.length} bytes; ${most}`);
  }
  const dict = DictReader.of(body, "an answer");
  const reason = text(dict, "failure reason");
  if (reason !== undefined) {
    const retryIn = retryOf(dict);
    return { kind: "refused", reason, ...retryIn !== undefined && { retryIn } };
  }
  const peers = [...plainPeers(dict), ...compactPeers(dict)].slice(0, MAX_ANSWER_PEERS);
  const interval = dict.integer("interval", 1);
  if (interval === undefined && !dict.has("peers") && !dict.has("peers6")) {
    throw new WireError("bad_message", "it sent an answer with neither interval nor peers");
  }
  const minInterval = dict.integer("min interval", 0);
  const seeders = dict.integer("complete", 0);
  const leechers = dict.integer("incomplete", 0);
  const trackerId = dict.bytes("tracker id");
  const warning = text(dict, "warning message");
  const answer: TrackerAnswer = {
    interval: interval ?? USUAL_INTERVAL,
    ...minInterval !== undefined && { minInterval },
    ...seeders !== undefined && { seeders },
    ...leechers !== undefined && { leechers },
    peers,
    ...trackerId && trackerId.length <= MAX_TRACKER_ID && { trackerId: trackerId.slice() },
    ...warning !== undefined && { warning },
  };
  return { kind: "answer", answer };
}

/** Peers as dictionaries, as BEP 3 has them. */
function plainPeers(dict: DictReader): CompactAddress[] {
  return dict.dicts("peers").slice(0, MAX_ANSWER_PEERS).flatMap((peer) => {
    const host = normalizeIp(text(peer, "ip") ?? "");
    const port = peer.integer("port", 1, 65535);
    return port === undefined || addressKind(host) === "invalid" ? [] : [{ host, port }];
  });
}

function compactPeers(dict: DictReader): CompactAddress[] {
  const list = (name: string, size: number) =>
    decodeCompactList(dict.bytes(name) ?? new Uint8Array(0), size, MAX_ANSWER_PEERS);
  return [...list("peers", COMPACT_V4), ...list("peers6", COMPACT_V6)];
}

/** BEP 31 has the number as a string in its example, as an integer in its words. */
function retryOf(dict: DictReader): number | "never" | undefined {
  const said = text(dict, "retry in");
  if (said === "never") return said;
  if (said !== undefined) return /^\d{1,9}$/.test(said) ? Number(said) : undefined;
  return dict.integer("retry in", 0);
}

function text(dict: DictReader, name: string): string | undefined {
  const bytes = dict.bytes(name);
  return bytes && new TextDecoder().decode(bytes.subarray(0, MAX_TEXT));
}
