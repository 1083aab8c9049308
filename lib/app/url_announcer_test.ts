import { assert, assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { infoHash, infoHashV2, peerId } from "../base/ids.ts";
import { DiscoveryError } from "../discovery/errors.ts";
import type { TrackerClient, TrackerReply } from "../discovery/tracker_client.ts";
import type { TrackerAnnounce, TrackerAnswer } from "../wire/tracker_announce.ts";
import { AppError } from "./errors.ts";
import type { HostPort } from "./types.ts";
import { type UrlAnnounced, UrlAnnouncer, type UrlTracker } from "./url_announcer.ts";

const V1 = infoHash("11".repeat(20))!;
const V2 = infoHashV2("22".repeat(32))!;
const never = new AbortController().signal;

type Told = ReturnType<UrlAnnounced["told"]>;
const TOLD: Told = {
  v1: V1,
  name: "content",
  size: 10,
  port: 6881,
  peerId: peerId("33".repeat(20))!,
  left: 0,
  uploaded: 1,
  downloaded: 2,
  classic: false,
  numwant: 50,
};

/** A share that remembers what it is told. */
class ShareStandIn implements UrlAnnounced {
  now: Told;
  wantsMore = false;
  readonly lines: string[] = [];
  readonly peers: HostPort[] = [];
  readonly log: UrlAnnounced["log"] = (level, text) => void this.lines.push(`${level} ${text}`);

  constructor(told: Partial<Told> = {}) {
    this.now = { ...TOLD, ...told };
  }

  told(): Told {
    return this.now;
  }

  hungry(): boolean {
    return this.wantsMore;
  }

  onPeers(peers: readonly HostPort[]): void {
    this.peers.push(...peers);
  }
}

/** A tracker that answers as it is told; `asked` holds events and the first digit of hashes. */
class TrackerStandIn implements TrackerClient, UrlTracker {
  readonly url: URL;
  readonly client = this;
  readonly asked: string[] = [];
  readonly announces: TrackerAnnounce[] = [];
  answer: Partial<TrackerAnswer> = {};
  kind: TrackerReply["trackerKind"] = "public";
  /** What it fails with, by the first digit of the hash, or whatever the hash. */
  fails: Record<string, Error> | Error | undefined;
  /** Called before it answers. */
  before: () => void = () => {};
  #busy = false;

  constructor(url = "http://tracker.example:7/secret/announce") {
    this.url = new URL(url);
  }

  async announce(announce: TrackerAnnounce, signal: AbortSignal): Promise<TrackerReply> {
    assert(!this.#busy, "one announce at a time");
    this.#busy = true;
    this.announces.push(announce);
    this.asked.push(`${announce.infoHash[0]} ${announce.event ?? "-"}`);
    this.before();
    await Promise.resolve();
    this.#busy = false;
    signal.throwIfAborted();
    const error = this.fails instanceof Error ? this.fails : this.fails?.[announce.infoHash[0]!];
    if (error) throw error;
    const answer = { interval: 1_800, peers: [], ...this.answer };
    return { answer, trackerKind: this.kind };
  }
}

const silent = () => new DiscoveryError("timeout", "no answer within 30 s");
const refused = (retryMs?: number) =>
  new DiscoveryError("refused", "not here", retryMs === undefined ? {} : { retryMs });

/** Keeps announcing until the end of the test; ends the rests that a test names. */
class Kept implements AsyncDisposable {
  readonly #timers = new HandTimers();
  readonly #stop = new AbortController();
  readonly #keeping: Promise<void>;

  constructor(announcer: UrlAnnouncer) {
    this.#keeping = announcer.keep(this.#stop.signal);
  }

  /** Waits for the next rest. @returns Its seconds. */
  async rest(): Promise<number> {
    return (await this.#timers.find(() => true)).ms / 1_000;
  }

  /** Ends the rest, and waits for the next one. @returns Its seconds. */
  async next(): Promise<number> {
    (await this.#timers.find(() => true)).end();
    return await this.rest();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#keeping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#timers[Symbol.dispose]();
  }
}

Deno.test("a share is announced: started, at each interval, completed, stopped", async () => {
  const tracker = new TrackerStandIn();
  const share = new ShareStandIn({ left: 5 });
  const announcer = new UrlAnnouncer([[tracker]], share, 7);
  assertEquals(announcer.state, { address: "http://tracker.example:7", registered: false });
  assertEquals(await announcer.tryOnce(never), undefined);
  assertEquals(announcer.state, { address: "http://tracker.example:7", registered: true });
  await using kept = new Kept(announcer);
  assertEquals(await kept.rest(), 1_800);
  await kept.next();
  share.now = { ...share.now, left: 0 };
  announcer.completed();
  await kept.next();
  await kept.stop();
  assertEquals(tracker.asked, ["1 started", "1 -", "1 completed", "1 -", "1 stopped"]);
  assertEquals(tracker.announces[0], {
    infoHash: V1,
    peerId: TOLD.peerId,
    port: 6881,
    uploaded: 1,
    downloaded: 2,
    left: 5,
    event: "started",
    numwant: 50,
    key: 7,
  });
  assertEquals([tracker.announces[4]!.numwant, tracker.announces[4]!.left], [0, 0]);
  assertEquals(share.lines, ['info announced "content" at http://tracker.example:7']);
});

Deno.test("both hashes of a hybrid torrent are announced, one after the other", async () => {
  const tracker = new TrackerStandIn();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn({ v2: V2 }), 7);
  await announcer.tryOnce(never);
  await using kept = new Kept(announcer);
  await kept.next();
  await kept.stop();
  assertEquals(
    tracker.asked,
    ["1", "2", "1", "2", "1", "2"].map((hash, at) =>
      `${hash} ${["started", "-", "stopped"][at >> 1]}`
    ),
  );
  assertEquals(tracker.announces[1]!.infoHash, "22".repeat(20));
});

Deno.test("a tracker that takes one of the hashes only is well", async () => {
  const tracker = new TrackerStandIn();
  tracker.fails = { 1: refused() };
  const share = new ShareStandIn({ v2: V2 });
  const announcer = new UrlAnnouncer([[tracker]], share, 7);
  assertEquals(await announcer.tryOnce(never), undefined);
  announcer.completed();
  await using kept = new Kept(announcer);
  await kept.next();
  await kept.stop();
  const started = ["1 started", "2 started"];
  assertEquals(tracker.asked, [
    ...started,
    "1 started",
    "2 completed",
    "1 started",
    "2 -",
    "2 stopped",
  ]);
  assert(share.lines.includes(
    "debug the tracker at http://tracker.example:7 takes one hash only: not here",
  ));
});

Deno.test("who cannot be reached is not asked for the second hash at once", async () => {
  const tracker = new TrackerStandIn();
  tracker.fails = silent();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn({ v2: V2 }), 7);
  assert(await announcer.tryOnce(never) instanceof AppError);
  assertEquals(tracker.asked, ["1 started"]);
});

Deno.test("errors say which tracker and why; what stands behind its host stays unsaid", async () => {
  const where = "The tracker at http://tracker.example:7";
  for (
    const [error, code, message] of [
      [silent(), "tracker_connect", `${where} cannot be used: no answer within 30 s.`],
      [refused(), "protocol", `${where} refused: not here.`],
      [new DiscoveryError("bad_answer", "x"), "protocol", `${where} cannot be used: x.`],
    ] as const
  ) {
    const tracker = new TrackerStandIn();
    tracker.fails = error;
    const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn(), 7);
    const failure = await announcer.tryOnce(never);
    assert(failure instanceof AppError);
    assertEquals([failure.code, failure.fault, failure.message], [code, "remote", message]);
    assertEquals(announcer.state, {
      address: "http://tracker.example:7",
      registered: false,
      error: message,
    });
  }
});

Deno.test("tries that fail come ever more rarely, and one that succeeds ends that", async () => {
  const tracker = new TrackerStandIn();
  tracker.fails = silent();
  const share = new ShareStandIn();
  const announcer = new UrlAnnouncer([[tracker]], share, 7);
  await announcer.tryOnce(never);
  await using kept = new Kept(announcer);
  const waits = [await kept.rest()];
  for (let n = 0; n < 8; n++) waits.push(await kept.next());
  assertEquals(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600]);
  tracker.fails = undefined;
  assertEquals(await kept.next(), 1_800);
  tracker.fails = silent();
  assertEquals(await kept.next(), 5);
  const warnings = share.lines.filter((line) => line.startsWith("warn"));
  assertEquals(warnings.length, 1, "told once, when it stops being well");
});

Deno.test("a completed share goes on waiting for a tracker that fails", async () => {
  const tracker = new TrackerStandIn();
  tracker.fails = silent();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn(), 7);
  await announcer.tryOnce(never);
  announcer.completed();
  await using kept = new Kept(announcer);
  assertEquals(await kept.rest(), 10);
  tracker.fails = undefined;
  assertEquals(await kept.next(), 1_800);
  assertEquals(tracker.asked, ["1 started", "1 started", "1 started", "1 completed"]);
});

Deno.test("an event that is refused is not repeated at once", async () => {
  const tracker = new TrackerStandIn();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn({ v2: V2 }), 7);
  await announcer.tryOnce(never);
  tracker.fails = { 2: refused() };
  announcer.completed();
  await using kept = new Kept(announcer);
  assertEquals(await kept.rest(), 1_800);
  assertEquals(tracker.asked.slice(2), ["1 completed", "2 completed"]);
});

Deno.test("a share that becomes whole during an announce tells so behind it", async () => {
  const tracker = new TrackerStandIn();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn(), 7);
  tracker.before = () => announcer.completed();
  await announcer.tryOnce(never);
  await using kept = new Kept(announcer);
  assertEquals(await kept.rest(), 1_800);
  assertEquals(tracker.asked, ["1 started", "1 completed"]);
});

Deno.test("intervals are the tracker's, within bounds", async () => {
  const cases: [Partial<TrackerAnswer>, boolean, number][] = [
    [{ interval: 900 }, false, 900],
    [{ interval: 1 }, false, 30],
    [{ interval: 4_000_000_000 }, false, 86_400],
    [{ interval: 900, minInterval: 60 }, false, 900],
    [{ interval: 900, minInterval: 60 }, true, 60],
    [{ interval: 900, minInterval: 1 }, true, 30],
    [{ interval: 900 }, true, 900],
    [{ interval: 60, minInterval: 900 }, false, 900],
  ];
  for (const [answer, hungry, wait] of cases) {
    const tracker = new TrackerStandIn();
    tracker.answer = answer;
    const share = new ShareStandIn();
    share.wantsMore = hungry;
    const announcer = new UrlAnnouncer([[tracker]], share, 7);
    await announcer.tryOnce(never);
    await using kept = new Kept(announcer);
    assertEquals(await kept.rest(), wait);
  }
});

Deno.test("a tracker that tells when to come again is not asked before (BEP 31)", async () => {
  for (const [retryMs, wait] of [[600_000, 600], [1_000, 5], [Infinity, 86_400]] as const) {
    const tracker = new TrackerStandIn();
    tracker.fails = refused(retryMs);
    const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn(), 7);
    await announcer.tryOnce(never);
    await using kept = new Kept(announcer);
    assertEquals(await kept.rest(), wait);
  }
});

Deno.test("a tier is announced at the first that answers, which is then asked first", async () => {
  const trackers = ["1", "2", "3"].map((n) => new TrackerStandIn(`udp://${n}.example:1/`));
  for (const one of trackers.slice(0, 2)) one.fails = silent();
  const announcer = new UrlAnnouncer([trackers], new ShareStandIn(), 7);
  assertEquals(await announcer.tryOnce(never), undefined);
  assertEquals(announcer.state, { address: "udp://3.example:1", registered: true });
  const before = trackers.map(({ asked }) => asked.length);
  await announcer.tryOnce(never);
  assertEquals(trackers.map(({ asked }) => asked.length), [before[0]!, before[1]!, 2]);
  trackers[2]!.fails = silent();
  trackers[0]!.fails = undefined;
  await announcer.tryOnce(never);
  assertEquals(trackers[0]!.asked.at(-1), "1 started", "it is new to this one");
  await using kept = new Kept(announcer);
  await kept.stop();
  assertEquals(trackers.map(({ asked }) => asked.at(-1)), [
    "1 stopped",
    trackers[1]!.asked.at(-1),
    "1 stopped",
  ]);
});

Deno.test("tiers are asked in their order, and one tracker at a time until it fails", async () => {
  const [first, second, third] = ["1", "2", "3"].map((n) =>
    new TrackerStandIn(`udp://${n}.example:1/`)
  );
  const share = new ShareStandIn();
  const happened: string[] = [];
  const announcer = new UrlAnnouncer(
    [[first!], [second!], [third!]],
    Object.assign(share, {
      onSwitch: () => happened.push("switch"),
      onPeers: () => happened.push("peers"),
    }),
    7,
  );
  first!.fails = silent();
  await announcer.tryOnce(never);
  assertEquals(announcer.state.address, "udp://2.example:1");
  first!.fails = undefined;
  await announcer.tryOnce(never);
  assertEquals([first!.asked.length, second!.asked.length], [1, 2], "it answers still");
  assertEquals(happened, ["peers", "peers"]);
  second!.fails = silent();
  await announcer.tryOnce(never);
  assertEquals(announcer.state.address, "udp://1.example:1");
  assertEquals(happened.slice(2), ["switch", "peers"]);
  assertEquals(third!.asked, []);
});

Deno.test("local peers of a tracker elsewhere are left out", async () => {
  const peers = ["127.0.0.1", "10.0.0.1", "192.0.2.1", "224.0.0.1", "0.0.0.0", "::1", "fe80::1"]
    .map((host) => ({ host, port: 1 }));
  const from = async (kind: TrackerReply["trackerKind"]) => {
    const tracker = new TrackerStandIn();
    Object.assign(tracker, { kind, answer: { peers } });
    const share = new ShareStandIn();
    await new UrlAnnouncer([[tracker]], share, 7).tryOnce(never);
    return share.peers.map(({ host }) => host);
  };
  assertEquals(await from("public"), ["192.0.2.1"]);
  assertEquals(await from("private"), ["10.0.0.1", "192.0.2.1", "fe80::1"]);
  assertEquals(await from("loopback"), ["127.0.0.1", "10.0.0.1", "192.0.2.1", "::1", "fe80::1"]);
});

Deno.test("a warning is told once, made harmless", async () => {
  const tracker = new TrackerStandIn();
  tracker.answer = { warning: "slow \x1b[1m" };
  const share = new ShareStandIn({ v2: V2 });
  const announcer = new UrlAnnouncer([[tracker]], share, 7);
  await announcer.tryOnce(never);
  await announcer.tryOnce(never);
  assertEquals(share.lines.filter((line) => line.startsWith("warn")), [
    "warn the tracker at http://tracker.example:7 warns: slow \\u{1b}[1m",
  ]);
});

Deno.test("a download that ends when it is whole tells so before its goodbye", async () => {
  const tracker = new TrackerStandIn();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn({ v2: V2 }), 7);
  await announcer.tryOnce(never);
  announcer.completed();
  await announcer.keep(AbortSignal.abort());
  const [, , ...rest] = tracker.asked;
  assertEquals(rest, ["1 completed", "1 stopped", "2 completed", "2 stopped"]);
});

Deno.test("the signal's reason ends a try; nobody is told goodbye who was not told before", async () => {
  const tracker = new TrackerStandIn();
  const announcer = new UrlAnnouncer([[tracker]], new ShareStandIn(), 7);
  const reason = new Error("enough");
  const aborted = AbortSignal.abort(reason);
  assertStrictEquals(await assertRejects(() => announcer.tryOnce(aborted)), reason);
  await announcer.keep(aborted);
  assertEquals(tracker.asked, ["1 started"]);
});
