import { addressKind } from "../../base/ip.ts";
import type { TrackerError } from "../../tracker/errors.ts";
import {
  encodeUdpAnnounced,
  encodeUdpConnected,
  encodeUdpError,
  encodeUdpScraped,
  MAX_DATAGRAM,
  parseUdpRequest,
  type UdpAnnounce,
} from "../../wire/udp_tracker_server.ts";
import { parseKeyedPath } from "../../wire/tracker_path.ts";
import type { TrackerCore } from "./tracker_core.ts";
import { UdpConnectionIds } from "./udp_connection_ids.ts";

/**
 * Answers datagrams of BitTorrent clients (BEP 15). What does not prove its address is answered with
 * no more bytes than it has, and nothing is kept of it.
 *
 * @returns What to answer a datagram from an address; undefined: nothing. It stays until the next one.
 */
export function answerUdp(
  core: TrackerCore,
): (bytes: Uint8Array, host: string) => Uint8Array | undefined {
  const ids = new UdpConnectionIds(core.now);
  const answer = new Uint8Array(MAX_DATAGRAM);
  return (bytes, host) => {
    const request = parseUdpRequest(bytes);
    if (!request) return undefined;
    const { transaction } = request;
    if (request.kind === "connect") {
      return isOne(host) ? encodeUdpConnected(transaction, ids.mint(host)) : undefined;
    }
    if (!ids.check(request.connection, host)) return undefined;
    const refuse = ({ message }: TrackerError) => encodeUdpError(transaction, message);
    switch (request.kind) {
      case "announce": {
        const { announce } = request;
        if (announce.port === 0) return bad(core, transaction, host, "The port is 0");
        const act = () => answerAnnounce(core, transaction, announce, host, answer);
        return core.serve("udp", host, act, refuse);
      }
      case "scrape": {
        const { hashes } = request;
        return core.serve("udp", host, () => {
          // There is no room for a path in it (BEP 41).
          const counts = core.scrape(hashes, host, undefined);
          core.metrics.served("udp", "scrape");
          return encodeUdpScraped(transaction, counts);
        }, refuse);
      }
      case "bad":
        return bad(core, transaction, host, request.reason);
      default:
        return request satisfies never;
    }
  };
}

function answerAnnounce(
  core: TrackerCore,
  transaction: number,
  { infoHash, peerId, port, left, event, numwant, urlData }: UdpAnnounce,
  host: string,
  into: Uint8Array,
): Uint8Array {
  const key = urlData === "" ? undefined : parseKeyedPath(urlData.split("?")[0]!)?.key;
  core.admit({ hash: infoHash }, key);
  const began = core.now();
  const four = !host.includes(":");
  const { peers, peers6, ...counts } = core.registry.announceCompact({
    hash: infoHash,
    host,
    port,
    peerId,
    left,
    stopped: event === "stopped",
    completed: event === "completed",
    numwant,
    families: four ? "ipv4" : "ipv6",
  }, began);
  const answer = { ...counts, interval: Math.round(core.registry.intervalMs / 1000) };
  const bytes = encodeUdpAnnounced(transaction, answer, four ? peers : peers6, four ? 6 : 18, into);
  core.metrics.announced("udp", core.now() - began);
  return bytes;
}

function bad(core: TrackerCore, transaction: number, host: string, reason: string): Uint8Array {
  core.metrics.failed("udp", "bad_request");
  core.log("debug", `${host} refused over udp: ${reason}`);
  return encodeUdpError(transaction, reason);
}

/** Whether an address is one machine's. */
function isOne(host: string): boolean {
  const kind = addressKind(host);
  return kind !== "multicast" && kind !== "broadcast" && kind !== "unspecified";
}
