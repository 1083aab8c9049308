import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { infoHash, infoHashV2, peerId } from "../base/ids.ts";
import { readRecords } from "./read_records.ts";
import { RecordWriter } from "./record_writer.ts";
import { type SavedRecord, StoreError } from "./store.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all) => Array.from(all, (byte) => byte.toString(16).padStart(2, "0")).join(""));
const twenty = hex(20).map((text) => infoHash(text)!);
const time = fc.integer({ min: 0, max: 2 ** 45 });
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const address = {
  host: fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "fe80::2", "::1")),
  port: fc.integer({ min: 1, max: 65535 }),
};
const hashes = fc.array(twenty, { minLength: 1, maxLength: 3 });

const anyRecord: fc.Arbitrary<SavedRecord> = fc.oneof<fc.Arbitrary<SavedRecord>[]>(
  fc.record({
    kind: fc.constant("peer" as const),
    hashes,
    ...address,
    peerId: hex(20).map((text) => peerId(text)!),
    seed: fc.boolean(),
    classic: fc.option(fc.boolean(), { nil: undefined }),
    seen: time,
    ttl: fc.integer({ min: 1, max: 2 ** 31 }),
  }).map(({ classic, ...rest }) => classic === undefined ? rest : { ...rest, classic }),
  fc.record({ kind: fc.constant("left" as const), hashes, ...address }),
  fc.record({
    kind: fc.constantFrom("left" as const, "completed" as const),
    hashes,
    ...address,
    seen: time,
  }),
  fc.record({ kind: fc.constant("name" as const), name: text, ...address, seen: time }),
  fc.record({
    kind: fc.constant("share" as const),
    v1: twenty,
    firstSeen: time,
    seen: time,
    completed: fc.nat(),
  }),
  fc.record({
    kind: fc.constant("share" as const),
    v2: hex(32).map((text) => infoHashV2(text)!),
    hash: twenty,
    name: text,
    size: fc.maxSafeNat(),
    firstSeen: time,
    seen: time,
    completed: fc.nat(),
  }),
).map((record) => ({ ...record }));

function packed(records: readonly SavedRecord[]) {
  const writer = new RecordWriter();
  for (const record of records) writer.add(record);
  return { savedAt: 0, ...writer.take() };
}

Deno.test("saved records: what is written is read", () => {
  fc.assert(fc.property(fc.array(anyRecord), (records) => {
    assertEquals([...readRecords(packed(records))], records);
  }));
});

Deno.test("saved records: bytes that end early or late, or are others, never bring another error", () => {
  const end = fc.double({ min: 0, max: 1, noNaN: true });
  const one = fc.array(anyRecord, { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(one, end, fc.nat(), (records, part, other) => {
    const batch = packed(records);
    const cut = batch.data.slice(0, Math.floor(part * batch.data.length));
    if (cut.length < batch.data.length) {
      assertThrows(() => [...readRecords({ ...batch, data: cut })], StoreError);
    }
    assertThrows(() => [...readRecords({ ...batch, count: batch.count - 1 })], StoreError);
    batch.data[other % batch.data.length] = other;
    try {
      for (const record of readRecords(batch)) assertEquals(typeof record.kind, "string");
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }));
});

Deno.test("saved records: a host without an address is left out, and a writer begins anew", () => {
  const writer = new RecordWriter();
  const record = { kind: "name", name: "file", port: 1, seen: 5 } as const;
  writer.add({ ...record, host: "fe80::1%eth0" });
  assertEquals([writer.count, writer.length], [0, 0]);
  writer.add({ ...record, host: "192.0.2.1" });
  assertEquals(writer.take().count, 1);
  assertEquals(writer.take(), { count: 0, data: new Uint8Array() });
});
