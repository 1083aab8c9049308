import { assertEquals } from "jsr:@std/assert@1";
import type { InfoHash, PeerId } from "../base/ids.ts";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { eachRecord, readRecords } from "./read_records.ts";
import { RecordWriter } from "./record_writer.ts";
import { Registry } from "./registry.ts";
import type { SavedRecord } from "./store.ts";

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");

/** Records of a few shares: peers that come, come again, become seeds and leave, and all else. */
function randomRecords(count: number): SavedRecord[] {
  const random = seededRandom(3);
  const below = (limit: number) => Math.floor(random.next() * limit);
  return Array.from({ length: count }, (): SavedRecord => {
    const hashes = [hex(below(12), 40) as InfoHash];
    if (below(12) === 0) hashes.push(hex(100 + below(12), 40) as InfoHash);
    const four = `192.0.2.${below(40)}`;
    const host = below(6) === 0 ? `2001:db8::${hex(1 + below(40), 1)}` : four;
    const port = 1 + below(3);
    const seen = below(2_000);
    switch (below(12)) {
      case 0: {
        const hash = hex(below(12), 40) as InfoHash;
        return { kind: "share", hash, firstSeen: 1, seen, completed: below(4) };
      }
      case 1:
        return { kind: "left", hashes, host, port };
      case 2:
        return { kind: "name", name: `n${below(5)}`, host: four, port, seen };
      default: {
        const classic = [{}, { classic: true }, { classic: false }][below(3)];
        const peerId = hex(below(1_000), 40) as PeerId;
        const ttl = 1 + below(4_000);
        return {
          kind: "peer",
          hashes,
          host,
          port,
          peerId,
          seed: below(2) === 0,
          ...classic,
          seen,
          ttl,
        };
      }
    }
  });
}

function newRegistry(maxPeersPerSwarm: number): Registry {
  const random = seededRandom(1);
  return new Registry({
    announceRate: 10,
    announceBurst: 10,
    classic: { ttlMs: 10_000, maxPeersPerName: 10, maxPortsPerAddress: 5 },
    shares: { ttlMs: 10_000, nameTtlMs: 10_000, maxPeersPerSwarm, maxPortsPerAddress: 2, random },
  });
}

Deno.test("packed records: a registry is the same, whether peers come packed or as records", () => {
  const records = randomRecords(5_000);
  const writer = new RecordWriter();
  for (const record of records) writer.add(record);
  const batch = { ...writer.take(), savedAt: 0 };
  for (const maxPeersPerSwarm of [1_000, 20]) {
    const [one, other] = [newRegistry(maxPeersPerSwarm), newRegistry(maxPeersPerSwarm)];
    const now = 2_500;
    for (const record of readRecords(batch, 7)) one.records.import(record, now);
    let packed = 0;
    other.records.expect(records.length);
    eachRecord(batch, 7, {
      record: (record) => other.records.import(record, now),
      packed(peer) {
        const taken = other.records.importPacked(peer, now);
        packed += Number(taken);
        return taken;
      },
    });
    assertEquals(packed > 1_000, true, `${packed}`);
    one.records.imported();
    other.records.imported();
    const all = (registry: Registry) => [...registry.records.export(() => now)];
    assertEquals(all(other), all(one));
    assertEquals(other.counts, one.counts);
  }
});
