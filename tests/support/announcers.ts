/** Announces at one tracker through each of its doors, and tells what it says. */
import { infoHash, peerId } from "../../lib/base/ids.ts";
import { parseHttpAnswer } from "../../lib/wire/http_answer.ts";
import { encodeUdpAnnounce, encodeUdpConnect, parseUdpAnswer } from "../../lib/wire/udp_tracker.ts";
import { LineClient } from "./line_client.ts";
import { UdpAsker } from "./udp_asker.ts";

/** What is announced: digits of the hashes, and the key of a private tracker. */
export interface Told {
  /** 40 hex digits; over HTTP and UDP also those of a v2 hash that is cut short. */
  readonly hash: string;
  /** 64 hex digits; told over the line protocol only. */
  readonly v2?: string;
  readonly key?: string;
  readonly port?: number;
}

const ID = "2d58583031302d616263646566676869" + "6a6b6c31";
const COUNTS = { size: 5, left: 5, uploaded: 0, downloaded: 0 };

/** Each announces, and tells the tracker's words when it is refused, else `OK`. */
export const ANNOUNCERS = {
  async line({ port }: Ports, { hash, v2, key, port: own = 1 }: Told): Promise<string> {
    using client = await LineClient.connect(port);
    const told = { name: "file", v1: hash, v2, peer_id: ID, port: own, ...COUNTS, key };
    const [answer] = await client.ask(`ANNOUNCE ${JSON.stringify(told)}`);
    return answer!.startsWith("OK ") ? "OK" : answer!;
  },
  async http({ httpPort }: Ports, { hash, key, port = 2 }: Told): Promise<string> {
    const path = key === undefined ? "" : `/${key}`;
    const query = `info_hash=${escaped(hash)}&peer_id=${escaped(ID)}&port=${port}&left=5`;
    const response = await fetch(`http://127.0.0.1:${httpPort}${path}/announce?${query}`);
    const said = parseHttpAnswer(await response.bytes());
    return said.kind === "answer" ? "OK" : said.reason;
  },
  async udp({ httpPort }: Ports, { hash, key, port = 3 }: Told): Promise<string> {
    await using asker = await UdpAsker.to(httpPort!);
    const first = parseUdpAnswer(await asker.ask(encodeUdpConnect(1)), 4);
    if (first.kind !== "connected") throw new Error(first.kind);
    const who = { infoHash: infoHash(hash)!, peerId: peerId(ID)!, port, key: 7, numwant: -1 };
    const urlData = key === undefined ? "" : `/${key}/announce`;
    const bytes = encodeUdpAnnounce(first.connection, 2, { ...who, ...COUNTS }, urlData);
    const answer = parseUdpAnswer(await asker.ask(bytes), 4);
    return answer.kind === "failed" ? answer.reason : "OK";
  },
};

interface Ports {
  readonly port: number;
  readonly httpPort?: number;
}

/** Hex digits as they stand in a query. */
export function escaped(hex: string): string {
  return hex.replace(/../g, "%$&");
}
