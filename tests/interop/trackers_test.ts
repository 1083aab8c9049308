/** Our announces at trackers that others made. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { announcerFor, announcersFor } from "../../lib/app/announcers.ts";
import { newPeerId } from "../../lib/app/peer_identity.ts";
import type { HostPort } from "../../lib/app/types.ts";
import type { UrlAnnounced } from "../../lib/app/url_announcer.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { infoHash, infoHashV2, truncated } from "../../lib/base/ids.ts";
import { silentLog } from "../../lib/base/log.ts";
import { skippable } from "../support/programs.ts";
import { PATIENCE_MS } from "./support/child.ts";
import { TRACKERS } from "./support/trackers.ts";

const V1 = infoHash("00ff25262b".repeat(4))!;
const V2 = infoHashV2("8040c0e1".repeat(8))!;
const HASHES = [V1, truncated(V2)];
const CONTEXT = { log: silentLog, clock: systemClock, client: "Mini-Torrent test" };

/** A hybrid share of 5 bytes; `answers` holds the peers of each answer. */
class Share implements UrlAnnounced {
  left: number;
  readonly answers: (readonly HostPort[])[] = [];
  readonly log = silentLog;
  readonly #port: number;
  readonly #peerId = newPeerId();

  constructor(port: number, left: number) {
    this.#port = port;
    this.left = left;
  }

  told() {
    const { left } = this;
    const counts = { size: 5, left, uploaded: 0, downloaded: 5 - left, numwant: 50 };
    const who = { port: this.#port, peerId: this.#peerId, name: "content", classic: false };
    return { v1: V1, v2: V2, ...counts, ...who };
  }

  onPeers(peers: readonly HostPort[]): void {
    this.answers.push(peers);
  }

  /** Whether every answer, and both hashes had one, tells of a port of loopback. */
  knows(port: number): boolean {
    return this.answers.length >= 2 &&
      this.answers.every((peers) => peers.some((peer) => is(peer, port)));
  }
}

const is = (peer: HostPort, port: number) => peer.host === "127.0.0.1" && peer.port === port;

/** Seeders and leechers of the first swarm as a tracker counts them. */
async function counts(port: number): Promise<[number, number]> {
  const hash = V1.replace(/../g, "%$&");
  const response = await fetch(`http://127.0.0.1:${port}/scrape?info_hash=${hash}`);
  const text = new TextDecoder("latin1").decode(await response.bytes());
  const count = (name: string) => Number(new RegExp(`${name}i(\\d+)e`).exec(text)?.[1] ?? 0);
  return [count("8:complete"), count("10:incomplete")];
}

async function becomes(port: number, wanted: [number, number]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (String(await counts(port)) !== String(wanted) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals(await counts(port), wanted);
}

for (const program of TRACKERS) {
  const missing = program.missing();
  for (const url of ["http://127.0.0.1:PORT/announce", "udp://127.0.0.1:PORT/announce"]) {
    const protocol = url.slice(0, url.indexOf(":"));
    const name = `${program.name} over ${protocol}: found, completed and gone again`;
    skippable(`interop: ${name}`, missing, async () => {
      await using tracker = await program.start(HASHES);
      const at = url.replace("PORT", `${tracker.port}`);
      const stop = new AbortController();
      const seed = new Share(20_001, 0);
      const leech = new Share(20_002, 5);
      const seeding = announcerFor(at, seed, CONTEXT);
      const [leeching] = announcersFor([[at]], leech, CONTEXT);
      assertEquals(await seeding.tryOnce(stop.signal), undefined);
      assertEquals(await leeching!.tryOnce(stop.signal), undefined);
      assert(leech.knows(20_001), JSON.stringify(leech.answers));
      assert(leeching!.state.registered);
      assertEquals(await counts(tracker.port), [1, 1]);

      const keeping = Promise.all([seeding.keep(stop.signal), leeching!.keep(stop.signal)]);
      leech.left = 0;
      leeching!.completed();
      await becomes(tracker.port, [2, 0]);
      stop.abort();
      await keeping;
      assertEquals(await counts(tracker.port), [0, 0]);

      const late = new Share(20_003, 5);
      const last = announcerFor(at, late, CONTEXT);
      assertEquals(await last.tryOnce(new AbortController().signal), undefined);
      assert(!late.answers.flat().some((peer) => is(peer, 20_001) || is(peer, 20_002)));
    });
  }

  skippable(`interop: ${program.name} over http: a refusal is told`, missing, async () => {
    await using tracker = await program.start([]);
    const share = new Share(20_001, 0);
    const told = () => ({ ...share.told(), port: 0 });
    const wrong = { told, onPeers: () => {}, log: silentLog };
    const one = announcerFor(`http://127.0.0.1:${tracker.port}/announce`, wrong, CONTEXT);
    const error = await one.tryOnce(new AbortController().signal);
    assert(error instanceof Error && / refused: /.test(error.message), String(error));
  });
}
