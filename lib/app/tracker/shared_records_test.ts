import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { infoHash, infoHashV2, peerId, truncated } from "../../base/ids.ts";
import { readRecords } from "../../tracker/read_records.ts";
import { Registry } from "../../tracker/registry.ts";
import type { ShareAnnounce } from "../../tracker/share_types.ts";
import { seededRandom } from "../../../tests/support/seeded_random.ts";
import { HeardRecords, type WaitingBatch } from "./heard_records.ts";

const V1 = ["11", "12"].map((digits) => infoHash(digits.repeat(20))!);
const V2 = ["21", "22"].map((digits) => infoHashV2(digits.repeat(32))!);
const HASHES = [...V1, ...V2.map((hash) => truncated(hash))];
const ID = peerId("33".repeat(20))!;
const TTL = 240_000;
const HYBRID = { v1: V1[0]!, v2: V2[0]!, name: "file", size: 10 };

/** A tracker without doors: a registry, and what it hears for the others. */
class Tracker {
  readonly registry = new Registry({
    announceRate: 1_000_000,
    announceBurst: 1_000_000,
    classic: { ttlMs: 10 * TTL, maxPeersPerName: 100, maxPortsPerAddress: 5 },
    shares: {
      ttlMs: TTL,
      nameTtlMs: 10 * TTL,
      maxPeersPerSwarm: 100,
      maxPortsPerAddress: 5,
      random: seededRandom(1),
    },
  });
  readonly #heard: HeardRecords;
  /** What it wrote, in its order. */
  readonly log: WaitingBatch[] = [];

  constructor() {
    const { records } = this.registry;
    this.#heard = new HeardRecords(
      (hash) => records.known(hash),
      (...left) => records.others.left(...left),
    );
    this.#heard.offset = 1_000_000;
    this.registry.watch = this.#heard;
  }

  write(): void {
    for (let left = this.#heard.seal(); left > 0; left--) {
      this.log.push(this.#heard.first()!);
      this.#heard.shift();
    }
  }

  read(batch: WaitingBatch, now: number): void {
    const { others } = this.registry.records;
    for (const record of readRecords({ savedAt: 0, ...batch }, -1_000_000)) {
      others.merge(record, now);
    }
    others.merged();
  }

  announce(host: string, now: number, told: Partial<ShareAnnounce> = {}): void {
    const usual = { host, port: 1_000, peerId: ID, left: 0, stopped: false, numwant: 0 };
    this.registry.announce({ ...usual, ...HYBRID, ...told }, now);
  }

  /** Who has what. */
  peers(now: number): string[] {
    this.registry.expire(now);
    const records = [...this.registry.records.export(() => now)];
    return records.flatMap((record) => {
      if (record.kind === "name") return [`${record.name} ${record.host} ${record.port}`];
      if (record.kind !== "peer") return [];
      const { hashes, host, port, seed, classic } = record;
      return [`${hashes} ${host} ${port} ${seed} ${classic}`];
    }).sort();
  }

  /** What it tells of its shares. */
  told(now: number): unknown {
    const asker = { host: "127.0.0.1", now };
    const { shares } = this.registry.list("", { after: 0, most: 100 }, asker);
    const known = shares.map(({ order: _order, ...share }) => JSON.stringify(share)).sort();
    return { peers: this.peers(now), known, counts: this.registry.scrape(HASHES, asker) };
  }
}

const announces = fc.array(
  fc.record({
    host: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1"),
    port: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom<Partial<ShareAnnounce>[]>(
      HYBRID,
      { hash: V1[1]! },
      { ...HYBRID, v1: V1[1]!, v2: V2[1]!, name: "other", size: 3 },
    ),
    at: fc.nat({ max: 2 }),
    left: fc.integer({ min: 0, max: 1 }),
    completed: fc.boolean(),
    stopped: fc.boolean(),
    classic: fc.boolean(),
    named: fc.boolean(),
    wait: fc.integer({ min: 16, max: TTL / 4 }),
  }),
  { maxLength: 40, size: "max" },
);

/** The announce alone, without a hash that another one tells. */
function toldBy({ what, ...rest }: { what: Partial<ShareAnnounce> } & Partial<ShareAnnounce>) {
  const { v1, v2, name, size, ...all } = { ...HYBRID, ...rest };
  return what.hash === undefined
    ? { v1, v2, name, size, ...all, ...what }
    : { ...all, hash: what.hash, v1: undefined, v2: undefined, name: undefined, size: undefined };
}

Deno.test("shared records: trackers that read each other at once know what one would", () => {
  fc.assert(fc.property(announces, (steps) => {
    const one = new Tracker();
    const all = [new Tracker(), new Tracker(), new Tracker()];
    let now = 1_000;
    for (const { at, host, wait, named, left, completed, stopped, classic, port, what } of steps) {
      now += wait;
      for (const tracker of [one, ...all]) tracker.registry.expire(now);
      const told = toldBy({ what, port, left, completed, stopped, classic });
      for (const tracker of [one, all[at]!]) {
        if (named) tracker.registry.register("file", host, port, now);
        else tracker.announce(host, now, told as Partial<ShareAnnounce>);
      }
      const writer = all[at]!;
      writer.write();
      for (const reader of all) {
        if (reader !== writer) { for (const batch of writer.log) reader.read(batch, now); }
      }
      writer.log.length = 0;
      for (const tracker of all) assertEquals(tracker.told(now), one.told(now));
    }
  }));
});

Deno.test("shared records: late, mixed and twice, all come to know the same peers", () => {
  const mix = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
  fc.assert(fc.property(announces, mix, mix, (steps, ...orders) => {
    const [first, second, late] = [new Tracker(), new Tracker(), new Tracker()];
    let now = 1_000;
    for (const { at, host, wait, named, left, completed, stopped, classic, port, what } of steps) {
      now += wait / 8; // nobody is gone before all is read
      const tracker = at === 0 ? first : second;
      const told = toldBy({ what, port, left, completed, stopped, classic });
      if (named) tracker.registry.register("file", host, port, now);
      else tracker.announce(host, now, told as Partial<ShareAnnounce>);
      tracker.write();
    }
    for (const batch of [...second.log, ...second.log]) first.read(batch, now);
    for (const batch of [...first.log, ...first.log]) second.read(batch, now);
    for (const order of orders) {
      // Each one's batches come in its order, and those of the two anyhow.
      const [ones, others] = [[...first.log], [...second.log]];
      for (let n = 0; ones.length + others.length > 0; n++) {
        const batch = (order[n] ? ones.shift() : others.shift()) ?? ones.shift() ?? others.shift();
        late.read(batch!, now);
      }
    }
    assertEquals(first.peers(now), second.peers(now));
    assertEquals(late.peers(now), second.peers(now));
  }));
});
