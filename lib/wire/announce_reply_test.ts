import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { ipv4Number } from "../base/ip.ts";
import { encodeAnnounced } from "./announce_reply.ts";
import { LISTED_SEED, type PeerList } from "./peer_list.ts";
import type { AnnounceAnswer, FoundPeer } from "./tracker_lines.ts";
import { encodeOk } from "./tracker_replies.ts";

function listOf(peers: readonly FoundPeer[]): PeerList {
  return {
    count: peers.length,
    addresses: Uint32Array.from(peers, ({ host }) => Math.max(0, ipv4Number(host))),
    ports: Uint32Array.from(peers, ({ port, seed }) => port | (seed ? LISTED_SEED : 0)),
    host: (at) => peers[at]!.host,
  };
}

const peer = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: "binary", maxLength: 300 })),
  port: fc.integer({ min: 1, max: 65_535 }),
  seed: fc.boolean(),
});

Deno.test("announce reply: it is to the byte what JSON makes of the same answer", () => {
  const answers = fc.record<AnnounceAnswer>({
    interval: fc.nat(),
    seeders: fc.nat(),
    leechers: fc.nat(),
    peers: fc.array(peer, { maxLength: 200 }),
    http_port: fc.nat(65_535),
    https_port: fc.nat(65_535),
  }, { requiredKeys: ["interval", "seeders", "leechers", "peers"] });
  fc.assert(fc.property(answers, ({ peers, ...rest }) => {
    assertEquals(encodeAnnounced(rest, listOf(peers)), encodeOk(inOrder(rest, peers)));
  }));
});

function inOrder(
  { interval, seeders, leechers, ...ports }: Omit<AnnounceAnswer, "peers">,
  peers: readonly FoundPeer[],
): AnnounceAnswer {
  const { http_port, https_port } = ports;
  return {
    interval,
    seeders,
    leechers,
    peers: peers.map(({ host, port, seed }) => ({ host, port, seed })),
    ...(http_port === undefined ? {} : { http_port }),
    ...(https_port === undefined ? {} : { https_port }),
  };
}
