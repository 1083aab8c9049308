import { assert, assertEquals } from "jsr:@std/assert@1";
import { systemClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { ConnectionGate } from "../../lib/app/tracker/connection_gate.ts";
import { TrackerCore } from "../../lib/app/tracker/tracker_core.ts";
import { answerHttp } from "../../lib/app/tracker/tracker_http.ts";
import { TrackerLive } from "../../lib/app/tracker/tracker_live.ts";
import { TrackerMetrics } from "../../lib/app/tracker/tracker_metrics.ts";
import { infoHash, peerId } from "../../lib/base/ids.ts";
import { Registry } from "../../lib/tracker/registry.ts";
import { WireError } from "../../lib/wire/errors.ts";
import { MAX_HTTP_REQUEST, readHttpRequest } from "../../lib/wire/http_request.ts";
import { parseAnnounceQuery, parseScrapeQuery } from "../../lib/wire/http_tracker_query.ts";
import { parseExtendedRequest } from "../../lib/wire/tracker_lines.ts";
import { MAX_SCRAPE, parseUdpRequest } from "../../lib/wire/udp_tracker_server.ts";
import { bytesOf } from "../vectors/peer_messages.ts";
import { mutate, RUNS, seeded } from "./mutations.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const HASH = "%00%FF%25%26%2B~Aa-_.%3D%3F%23%C3%A4%E2%82%8A%9F";
const QUERY = `info_hash=${HASH}&peer_id=-TR4000-abcdefghijkl&port=51413&uploaded=0&downloaded=0` +
  "&left=0&numwant=80&key=1b2c3d4e&compact=1&supportcrypto=1&event=started&ip=192.0.2.1";

const HEX = "00ff25262b7e41612d5f2e253d3f23c3a4e2828a";
const TOKEN = "0123456789abcdef";

const REQUESTS = [
  `GET /announce?${QUERY} HTTP/1.1\r\nHost: t.example:6969\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n`,
  `GET /scrape?info_hash=${HASH}&info_hash=${HASH} HTTP/1.1\r\nConnection: close\r\n\r\n`,
  "HEAD /api/v1/shares?q=a%20b&limit=5&after=3 HTTP/1.0\nConnection: keep-alive\n\n",
  `GET /api/v1/shares?q=f&sort=seeders&order=asc&after=1 HTTP/1.1\r\nHost: t.example:6969\r\n\r\n`,
  `GET /api/v1/shares/${HEX}/history?range=1d HTTP/1.1\r\n\r\n`,
  `GET /api/v1/shares/${HEX}/peers?limit=3&after=1 HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  `GET /api/v1/shares/${HEX} HTTP/1.1\r\nHost: [2001:db8::1]:6969\r\n\r\n`,
  `GET /api/v1/events?share=${HEX} HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n`,
  "GET /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET /api/v1/stats HTTP/1.1\r\n\r\n",
].map(encode);

const HEAD = "0102030405060708";
const DATAGRAMS = [
  bytesOf("00000417 27101980 00000000 fffefdfc"),
  bytesOf(HEAD, "00000001 fffefdfc", "11".repeat(82), "020c 2f6469723f613d6226633d64 01 00"),
  bytesOf(HEAD, "00000002 fffefdfc", "11".repeat(60)),
];

function newCore(): TrackerCore {
  const sizes = { ttlMs: 60_000, maxPortsPerAddress: 5 };
  const random = { next: () => 0.5 };
  return new TrackerCore({
    registry: new Registry({
      classic: { ...sizes, maxPeersPerName: 100 },
      shares: { ...sizes, maxPeersPerSwarm: 100, random },
      announceRate: 1e9,
      announceBurst: 1e9,
    }),
    metrics: new TrackerMetrics(),
    gate: new ConnectionGate({ maxConnections: 1, maxConnectionsPerAddress: 1 }),
    log: silentLog,
    now: () => systemClock.now(),
  });
}

/** A tracker with a share, an admin token, and nobody who stops it. */
function newLive(): TrackerLive {
  const live = new TrackerLive(newCore(), { adminToken: TOKEN });
  const share = { hash: infoHash(HEX)!, name: "file", size: 5, host: "192.0.2.1", port: 1 };
  const peer = { peerId: peerId("2d5452343035302d6162636465666768696a6b6c")!, left: 0, numwant: 0 };
  live.core.registry.announce({ ...share, ...peer, stopped: false }, live.core.now());
  live.http = { http: 6969, secure: false };
  return live;
}

Deno.test("fuzz: mutated HTTP requests are answered, waited for or refused with a WireError", async () => {
  const random = seeded(30_001);
  let live = newLive();
  const seen = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    // Every mutated hash is a share of its own, and searching looks at them all.
    if (run % 1_000 === 0) live = newLive();
    const bytes = mutate(REQUESTS[run % REQUESTS.length]!, random);
    try {
      const read = readHttpRequest(bytes);
      if (!read) {
        seen.add("more");
        continue;
      }
      assert(read.length > 0 && read.length <= Math.min(bytes.length, MAX_HTTP_REQUEST));
      const answer = await answerHttp(live, read.request, `192.0.2.${run % 250}`);
      if ("open" in answer) {
        seen.add("stream");
        answer.open({ send: (sent) => assert(sent.length > 0), end: () => {} })();
        continue;
      }
      assert(answer.status < 500);
      seen.add(String(answer.status));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      seen.add(error.code);
    }
  }
  assertEquals(
    [...seen].sort(),
    ["200", "400", "401", "404", "405", "bad_message", "more", "stream"],
  );
});

Deno.test("fuzz: mutated queries give what they say, or a reason that can be printed", () => {
  const random = seeded(30_002);
  const kinds = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const query = latin1(mutate(encode(QUERY), random));
    const announce = parseAnnounceQuery(query);
    const scrape = parseScrapeQuery(query);
    if (announce.kind === "ok") {
      const { infoHash, peerId, port, left, numwant } = announce.value;
      assert(/^[0-9a-f]{40}$/.test(infoHash) && /^[0-9a-f]{40}$/.test(peerId));
      assert(port >= 1 && port <= 65_535 && left >= 0 && numwant >= 0 && numwant <= 200);
    } else assert(/^[\x20-\x7e]+$/.test(announce.reason));
    if (scrape.kind === "ok") assert(scrape.value.length >= 1 && scrape.value.length <= MAX_SCRAPE);
    kinds.add(`${announce.kind} ${scrape.kind}`);
  }
  assertEquals([...kinds].sort(), ["bad bad", "bad ok", "ok ok"]);
});

Deno.test("fuzz: mutated datagrams are requests, bad ones or nothing", () => {
  const random = seeded(30_003);
  const kinds = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const request = parseUdpRequest(mutate(DATAGRAMS[run % DATAGRAMS.length]!, random));
    if (request?.kind === "announce") {
      const { port, left, numwant } = request.announce;
      assert(port >= 0 && port <= 65_535 && left >= 0 && numwant >= 0 && numwant <= 200);
    }
    if (request?.kind === "scrape") assert(request.hashes.length <= MAX_SCRAPE);
    if (request && request.kind !== "connect") assertEquals(request.connection.length, 8);
    kinds.add(request?.kind ?? "nothing");
  }
  assertEquals([...kinds].sort(), ["announce", "bad", "connect", "nothing", "scrape"]);
});

Deno.test("fuzz: mutated STATS lines are one, a bad one, or of another protocol", () => {
  const random = seeded(30_004);
  const kinds = new Set<string>();
  for (let run = 0; run < RUNS / 10; run++) {
    kinds.add(parseExtendedRequest(mutate(encode("STATS \r"), random))?.kind ?? "none");
  }
  assertEquals([...kinds].sort(), ["bad_request", "none", "stats"]);
});
