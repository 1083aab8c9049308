import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { MemoryDisk } from "../../tests/support/memory_disk.ts";
import { DiskError } from "./errors.ts";
import { Journal } from "./journal.ts";
import { JOURNAL_VERSION, type JournalRecord, readRecord } from "./journal_record.ts";

const TORRENT = "ab".repeat(32);
const BEGIN: JournalRecord = { kind: "begin", version: JOURNAL_VERSION, wanted: "all" };
const RECORDS: readonly JournalRecord[] = [
  BEGIN,
  { kind: "part", file: 0, name: "ä\n.part", id: "1:2" },
  { kind: "pieces", pieces: [[0], [7, "cd".repeat(32)]], states: [[-1, 0, 1.5, "1:2"]] },
  { kind: "complete", states: [[3, 10, 11, "1:3"]] },
];

/** A journal with all records on a disk. */
async function written(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  await journal.rewrite(RECORDS.slice(0, 2));
  for (const record of RECORDS.slice(2)) {
    journal.append(record);
    await journal.sync();
  }
  journal.close();
  return disk;
}

function bytesOf(disk: MemoryDisk): Uint8Array {
  return new Map(disk.files()).get("/.x.journal")!;
}

function replace(disk: MemoryDisk, bytes: Uint8Array): void {
  disk.remove("/.x.journal");
  const file = disk.open("/.x.journal", "create");
  file.write(bytes, 0);
  file.close();
}

Deno.test("journal: what was written is read again", async () => {
  const disk = await written();
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  assertEquals(journal.read(), { records: RECORDS, torn: false });
  assertEquals([...disk.files()].map(([path]) => path), ["/.x.journal"]);
  journal.remove();
  journal.remove();
  assertEquals(journal.read(), undefined);
});

Deno.test("journal: cut anywhere, the lines that are whole count", async () => {
  const disk = await written();
  const bytes = bytesOf(disk);
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  for (let length = 0; length <= bytes.length; length++) {
    replace(disk, bytes.subarray(0, length));
    const whole = bytes.subarray(0, length).filter((byte) => byte === 10).length;
    const found = journal.read();
    assertEquals(found?.records ?? [], RECORDS.slice(0, whole));
    if (found) assertEquals(found.torn, bytes[length - 1] !== 10);
  }
});

Deno.test("journal: with any bit flipped, nothing behind it counts", async () => {
  const disk = await written();
  const bytes = bytesOf(disk);
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  for (let at = 0; at < bytes.length; at++) {
    const bad = bytes.slice();
    bad[at]! ^= 1 << at % 8;
    replace(disk, bad);
    const before = bytes.subarray(0, at).filter((byte) => byte === 10).length;
    assertEquals(journal.read()?.records ?? [], RECORDS.slice(0, before), `byte ${at}`);
  }
});

Deno.test("journal: lines of another torrent, or out of their place, count for nothing", async () => {
  const disk = await written();
  const bytes = bytesOf(disk);
  assertEquals(new Journal(disk, "/.x.journal", "cd".repeat(32)).read(), undefined);
  const second = bytes.indexOf(10) + 1;
  replace(disk, bytes.subarray(second));
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  assertEquals(journal.read(), undefined);
  disk.remove("/.x.journal");
  disk.makeFolder("/.x.journal");
  assertEquals(journal.read(), undefined);
});

Deno.test("journal: what could not be synced is written again by the next one", async () => {
  const disk = new MemoryDisk();
  const journal = new Journal(disk, "/.x.journal", TORRENT);
  await journal.rewrite([BEGIN]);
  await disk.syncFolder("/");
  for (const call of ["write", "sync"]) {
    journal.append({ kind: "part", file: 1, name: "x.part", id: "1" });
    disk.onCall = (made) => {
      if (made === call) throw Object.assign(new Error("EIO: no"), { code: "EIO" });
    };
    await assertRejects(() => journal.sync(), DiskError);
    disk.onCall = () => {};
    journal.append({ kind: "part", file: 2, name: "y.part", id: "2" });
    await journal.sync();
  }
  journal.close();
  disk.losePower({ next: () => 0.99 });
  const found = new Journal(disk, "/.x.journal", TORRENT).read();
  assertEquals(found?.records.length, 5);
  assertEquals(found?.torn, false);
});

Deno.test("journal: a record is taken only when all of it makes sense", () => {
  for (const record of RECORDS) assertEquals(readRecord(JSON.stringify(record)), record);
  const wrong: unknown[] = [
    null,
    1,
    [],
    {},
    { kind: "other" },
    { kind: "begin", version: JOURNAL_VERSION + 1, wanted: "" },
    { kind: "begin", version: JOURNAL_VERSION },
    { kind: "part", file: -2, name: "", id: "" },
    { kind: "part", file: 0.5, name: "", id: "" },
    { kind: "part", file: 0, name: 1, id: "" },
    { kind: "pieces", pieces: [[-1]], states: [] },
    { kind: "pieces", pieces: [[0, "ab"]], states: [] },
    { kind: "pieces", pieces: [[0, "ab".repeat(32), 1]], states: [] },
    { kind: "pieces", pieces: [0], states: [] },
    { kind: "pieces", pieces: [] },
    { kind: "complete", states: [[0, 1, 2]] },
    { kind: "complete", states: [[0, -1, 2, ""]] },
  ];
  for (const value of wrong) assertEquals(readRecord(JSON.stringify(value)), undefined);
  assertEquals(readRecord("{"), undefined);
  assert(readRecord(JSON.stringify(BEGIN)));
});
