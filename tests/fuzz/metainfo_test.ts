import { assert, assertEquals } from "jsr:@std/assert@1";
import { printable } from "../../lib/base/printable.ts";
import { type Bencode, decodeBencode, encodeBencode } from "../../lib/meta/bencode.ts";
import { buildTorrent } from "../../lib/meta/create.ts";
import { MetaError } from "../../lib/meta/errors.ts";
import { parseInfo } from "../../lib/meta/info.ts";
import { Layout } from "../../lib/meta/layout.ts";
import { parseMetainfo } from "../../lib/meta/metainfo.ts";
import { encodeMetainfo } from "../../lib/meta/metainfo_writer.ts";
import type { TorrentInfo } from "../../lib/meta/torrent.ts";
import { toBuild } from "../vectors/torrent_content.ts";
import vectors from "../vectors/torrents.json" with { type: "json" };
import { mutate, RUNS, seeded } from "./mutations.ts";

/** Small torrents of every kind: v1, v2, hybrid, with padding and without. */
const SAMPLES = vectors.torrents
  .filter(({ torrent }) => torrent.length < 1_600)
  .map(({ torrent }) => Uint8Array.from(atob(torrent), (c) => c.charCodeAt(0)));

/** What was read, or the code of the refusal. */
function read<T>(parse: () => T): T | string {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MetaError)) throw error;
    assertEquals(printable(error.message, 4_096), error.message, "safe to print");
    return error.code;
  }
}

/** What holds of every torrent that is taken. */
function check(info: TorrentInfo): void {
  assert(info.files.length > 0 && info.name !== "");
  assertEquals(info.files.reduce((sum, { length }) => sum + length, 0), info.size);
  assertEquals(new Layout(info).pieceCount, Math.ceil(info.span / info.pieceLength));
  for (const { path, length, root } of info.files) {
    assert(path.length > 0 && path.length <= 100);
    assertEquals(root !== undefined, info.v2 !== undefined && length > 0);
  }
  if (info.v1) assertEquals(info.v1.pieces.length, 20 * info.pieceCount);
  assert(info.v1 || info.v2);
  assertEquals(parseInfo(info.bytes), info);
}

/** Changes one value anywhere in another: so that bencode stays good and what it says does not. */
function twist(value: Bencode, random: () => number): Bencode {
  const pick = (count: number) => Math.floor(random() * count);
  const nested = value instanceof Map || Array.isArray(value);
  if (nested && random() < 0.9) {
    const entries: [string, Bencode][] = value instanceof Map
      ? [...value]
      : (value as readonly Bencode[]).map((one, index) => [`${index}`, one]);
    if (entries.length > 0) {
      const at = pick(entries.length);
      const [key, one] = entries[at]!;
      const other = entries[pick(entries.length)]!;
      const act = pick(12);
      if (act === 0) entries.splice(at, 1);
      else if (act === 1) entries[at] = [key, other[1]];
      else if (act === 2) entries.splice(at, 0, [value instanceof Map ? `${key}x` : key, one]);
      else if (act === 3) entries[at] = [other[0], one];
      else if (act === 4) entries[at] = ["", one];
      else entries[at] = [key, twist(one, random)];
      return value instanceof Map ? new Map(entries) : entries.map(([, each]) => each);
    }
  }
  const others: Bencode[] = [
    0,
    1,
    -1,
    2,
    16_384,
    2 ** 40,
    2n ** 64n,
    [],
    new Map(),
    new Uint8Array(0),
  ];
  others.push(
    new Uint8Array(20),
    new Uint8Array(32),
    Uint8Array.of(0x70),
    Uint8Array.of(0x6c, 0xff),
  );
  if (typeof value === "number") others.push(value + 1, value - 1, 2 * value);
  if (value instanceof Uint8Array) others.push(mutate(value, random), value.subarray(1));
  return others[pick(others.length)]!;
}

Deno.test("fuzz: there are samples of every kind", () => {
  const kinds = SAMPLES.map((sample) => parseMetainfo(sample).info);
  for (
    const { v1, v2 } of [{ v1: true, v2: false }, { v1: false, v2: true }, { v1: true, v2: true }]
  ) {
    assert(kinds.some((info) => !!info.v1 === v1 && !!info.v2 === v2));
  }
});

Deno.test("fuzz: torrents with bytes changed are read or refused", () => {
  const random = seeded(30_011);
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutate(SAMPLES[run % SAMPLES.length]!, random);
    const metainfo = read(() => parseMetainfo(bytes));
    if (typeof metainfo !== "string") check(metainfo.info);
  }
});

Deno.test("fuzz: torrents with values changed are read or refused", () => {
  const random = seeded(30_012);
  const values = SAMPLES.map((sample) => decodeBencode(sample).value);
  const ends = new Map<string, number>();
  for (let run = 0; run < RUNS; run++) {
    let value = values[run % values.length]!;
    for (let many = 0; many <= random() * 3; many++) value = twist(value, random);
    const metainfo = read(() => parseMetainfo(encodeBencode(value)));
    const end = typeof metainfo === "string" ? metainfo : "taken";
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (typeof metainfo !== "string") check(metainfo.info);
  }
  for (
    const end of ["taken", "bad_metainfo", "bad_path", "bad_piece_layer", "inconsistent", "empty"]
  ) {
    assert((ends.get(end) ?? 0) > 0, `none was ${end}`);
  }
});

Deno.test("fuzz: whatever files are shared, the torrent is read again", () => {
  const random = seeded(30_013);
  const parts = [
    "a",
    "b",
    "a b",
    "a.b",
    "é",
    "\u{1f600}",
    "\uff5e",
    "..",
    "CON",
    "\u0000",
    "\ud800",
  ];
  for (let run = 0; run < RUNS / 100; run++) {
    const files = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, seed) => ({
      path: Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        return parts[Math.floor(random() * parts.length)]!;
      }),
      length: random() < 0.2 ? 0 : Math.floor(random() * 40_000),
      seed,
    }));
    const torrent = read(() => buildTorrent(toBuild("folder", false, 16_384, files)));
    if (typeof torrent === "string") {
      assertEquals(torrent, "bad_path");
      continue;
    }
    const { info, pieceLayers } = parseMetainfo(encodeMetainfo(torrent));
    check(info);
    assertEquals([info.v1?.infoHash, info.v2?.infoHash], [torrent.infoHash, torrent.infoHashV2]);
    assertEquals(pieceLayers, torrent.pieceLayers);
    assertEquals(info.files.length, files.length);
  }
});
