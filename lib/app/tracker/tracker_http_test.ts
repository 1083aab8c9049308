import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { silentLog } from "../../base/log.ts";
import { Registry } from "../../tracker/registry.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import { encodeUdpAnnounce, encodeUdpConnect, parseUdpAnswer } from "../../wire/udp_tracker.ts";
import { infoHash, peerId } from "../../base/ids.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { TrackerCore } from "./tracker_core.ts";
import { type LiveParts, TrackerLive } from "./tracker_live.ts";
import { answerHttp } from "./tracker_http.ts";
import { TrackerMetrics } from "./tracker_metrics.ts";
import { answerUdp } from "./udp_door.ts";
import type { WebFace } from "./web_face.ts";

const ANNOUNCE = `info_hash=${"%11".repeat(20)}&peer_id=${"a".repeat(20)}&port=1&left=0`;

/** A tracker whose addresses may make so many requests at once, and one a second. */
function newCore(burst: number): TrackerCore {
  const sizes = { ttlMs: 240_000, maxPortsPerAddress: 5 };
  const random = { next: () => 0.5 };
  return new TrackerCore({
    registry: new Registry({
      classic: { ...sizes, maxPeersPerName: 100 },
      shares: { ...sizes, maxPeersPerSwarm: 100, random },
      announceRate: 1,
      announceBurst: burst,
    }),
    metrics: new TrackerMetrics(),
    gate: new ConnectionGate({ maxConnections: 1, maxConnectionsPerAddress: 1 }),
    log: silentLog,
    now: () => 0,
  });
}

async function get(core: TrackerCore, target: string, host: string, parts: LiveParts = {}) {
  const [path = "", query = ""] = target.split("?");
  const request: HttpRequest = { method: "GET", path, query, headers: new Map(), keep: true };
  const answer = await answerHttp(new TrackerLive(core, parts), request, host);
  if (!("body" in answer)) throw new Error("it goes on and on");
  const { status, headers, body } = answer;
  return { status, headers, text: String.fromCharCode(...body) };
}

Deno.test("tracker http: one limit of requests holds for all doors together", async () => {
  const core = newCore(3);
  const udp = answerUdp(core);
  const host = "192.0.2.1";
  const connected = parseUdpAnswer(udp(encodeUdpConnect(1), host)!, 4);
  const id = connected.kind === "connected" ? connected.connection : new Uint8Array(8);
  const told = { uploaded: 0, downloaded: 0, left: 0, numwant: 9, key: 0, port: 2 };
  const who = { infoHash: infoHash("11".repeat(20))!, peerId: peerId("22".repeat(20))! };
  const announce = () =>
    parseUdpAnswer(udp(encodeUdpAnnounce(id, 2, { ...told, ...who }), host)!, 4);
  assertMatch((await get(core, `/announce?${ANNOUNCE}`, host)).text, /5:peers/);
  assertEquals(announce().kind, "announced");
  assertEquals((await get(core, "/api/v1/stats", host)).status, 200);
  const words = "Too many requests from your address, wait a minute";
  const failure = `d14:failure reason${words.length}:${words}8:retry ini1ee`;
  assertEquals((await get(core, `/announce?${ANNOUNCE}`, host)).text, failure);
  assertEquals((await get(core, `/scrape?${ANNOUNCE}`, host)).text, failure);
  assertEquals(announce(), { kind: "failed", transaction: 2, reason: words });
  for (const path of ["/api/v1/stats", "/api/v1/shares"]) {
    const { status, headers, text } = await get(core, path, host);
    assertEquals([status, JSON.parse(text).error.code], [429, "too_fast"]);
    assertMatch(headers, /\r\nRetry-After: 1\r\n$/);
  }
  assertEquals(core.metrics.refusedBy("http"), 4);
  assertEquals(core.metrics.refusedBy("udp"), 1);
  assertMatch((await get(core, `/announce?${ANNOUNCE}`, "192.0.2.2")).text, /^d8:completei3e/);
});

Deno.test("tracker http: health and metrics need no room in the limit", async () => {
  const core = newCore(1);
  for (let n = 0; n < 5; n++) {
    for (const path of ["/healthz", "/readyz", "/metrics"]) {
      assertEquals((await get(core, path, "192.0.2.1")).status, 200);
    }
  }
  core.ready = false;
  assertEquals((await get(core, "/readyz", "192.0.2.1")).status, 503);
  assertEquals((await get(core, "/healthz", "192.0.2.1")).status, 200);
});

Deno.test("tracker http: a tracker that serves is ready, and tells what is wrong", async () => {
  const core = newCore(1);
  const state: { problem?: string } = {};
  core.watch("Saving fails", () => state.problem);
  const ready = () => get(core, "/readyz", "192.0.2.1");
  assertEquals((await ready()).text, "ready\n");
  state.problem = "tracker.db is full";
  const { status, text } = await ready();
  assertEquals([status, text], [200, "ready\ndegraded: Saving fails\n"]);
  const metrics = (await get(core, "/metrics", "192.0.2.1")).text;
  assertMatch(metrics, /^mini_torrent_problems 1$/m);
  const stats = JSON.parse((await get(core, "/api/v1/stats", "192.0.2.1")).text);
  assertEquals(stats.problems, ["Saving fails"]);
  assertEquals(core.problems(true), ["Saving fails: tracker.db is full"]);
});

Deno.test("tracker http: a web face is asked for what the tracker itself does not answer", async () => {
  const core = newCore(3);
  const asked: string[] = [];
  const page = (text: string) => ({
    status: 200 as const,
    headers: "Content-Type: text/html\r\n",
    body: new TextEncoder().encode(text),
  });
  const web: WebFace = ({ path }, host, data) => {
    asked.push(`${path} ${host}`);
    switch (path) {
      case "/":
        return data.shares({}).then(({ total }) => page(`${total} shares`));
      case "/stats":
        return page(`${data.stats().shares} shares`);
    }
  };
  const host = "192.0.2.1";
  const ask = (path: string) => get(core, path, host, { web });
  assertEquals((await ask("/")).text, "0 shares");
  assertEquals((await ask("/stats")).text, "0 shares");
  assertEquals((await ask("/none")).status, 404);
  assertEquals((await ask("/api/v1/none")).status, 404);
  assertEquals((await ask("/healthz")).text, "ok\n");
  assertEquals((await ask("/")).status, 200);
  for (const path of ["/", "/stats"]) {
    const { status, headers, text } = await ask(path);
    assertEquals([status, text], [429, "Too many requests from your address, wait a minute.\n"]);
    assertMatch(headers, /\r\nRetry-After: 1\r\n$/);
  }
  assertEquals(new Set(asked), new Set([`/ ${host}`, `/stats ${host}`, `/none ${host}`]));
});

Deno.test("tracker http: no connection id is told to what is no one machine's address", () => {
  const udp = answerUdp(newCore(1));
  for (const host of ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"]) {
    assertEquals(udp(encodeUdpConnect(1), host), undefined);
  }
});
