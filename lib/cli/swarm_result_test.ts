import { assertEquals } from "jsr:@std/assert@1";
import type { SwarmDownloadResult, TorrentContents } from "../app/swarm_types.ts";
import { infoHash, infoHashV2 } from "../base/ids.ts";
import {
  describeContents,
  describeFound,
  describeSwarmDownload,
  roomQuestion,
} from "./swarm_result.ts";

const RESULT: SwarmDownloadResult = {
  name: "film.mkv",
  path: "/in/film.mkv",
  size: 10_000_000,
  files: 1,
  single: true,
  v1: infoHash("11".repeat(20))!,
  v2: infoHashV2("22".repeat(32))!,
  sha256: "33".repeat(32),
  elapsedMs: 2_000,
  peers: 2,
  downloaded: 10_000_000,
  wasted: 0,
  uploaded: 0,
};

Deno.test("swarm result: what arrived, from how many, how fast", () => {
  assertEquals(describeSwarmDownload(RESULT), [
    "/in/film.mkv",
    "10 MB (10000000 bytes) from 2 peers in 2.0 s (5 MB/s)",
    `SHA-256 ${"33".repeat(32)}`,
    "Every block agreed with its SHA-256: it is what the info-hash names.",
  ]);
});

Deno.test("swarm result: what was here counts for no rate", () => {
  const resumed = { ...RESULT, downloaded: 2_000_000, peers: 1 };
  assertEquals(
    describeSwarmDownload(resumed)[1],
    "10 MB (10000000 bytes) from 1 peer in 2.0 s (1 MB/s)",
  );
  const here = { ...RESULT, downloaded: 0, peers: 0, elapsedMs: 100 };
  assertEquals(describeSwarmDownload(here)[1], "10 MB (10000000 bytes) was here in 0.1 s");
});

Deno.test("swarm result: a folder of a v1 torrent, with something that was wrong", () => {
  const { v2: _v2, sha256: _sha256, ...rest } = RESULT;
  const folder = { ...rest, single: false, files: 3, wasted: 16_384, path: "/in/a\u001b[31m" };
  assertEquals(describeSwarmDownload(folder), [
    "/in/a\\u{1b}[31m",
    "10 MB (10000000 bytes, 3 files) from 2 peers in 2.0 s (5 MB/s), 16.4 kB of it twice or wrong",
    "Every piece agreed with its SHA-1: it is what the info-hash names.",
  ]);
});

Deno.test("swarm result: the files of a torrent, the first ten of those that are wanted", () => {
  const file = (path: string, wanted = true) => ({ path, size: 1_000, wanted });
  const contents: TorrentContents = {
    name: "Set",
    path: "/in/Set",
    size: 3_000,
    files: [file("a"), file("b/c", false), file("d")],
    here: 0,
    needed: 2_000,
    room: 1_000,
  };
  assertEquals(describeContents(contents), [
    '"Set": 3 files, 3 kB, 2 of them wanted (2 kB), to /in/Set',
    "  a  1 kB",
    "  d  1 kB",
  ]);
  const one = { ...contents, files: [file("a")], size: 1_000 };
  assertEquals(describeContents(one), ['"Set": 1 file, 1 kB, to /in/Set']);
  const many = { ...contents, files: Array.from({ length: 12 }, (_, n) => file(`${n}`)) };
  assertEquals(describeContents(many).slice(-2), ["  9  1 kB", "  … and 2 more"]);
  assertEquals(roomQuestion(contents), "2 kB are to be written and 1 kB are free. Go on?");
});

Deno.test("swarm result: one of several contents of a name", () => {
  const found = { name: "x", size: 1_500, v1: RESULT.v1!, seeders: 1, leechers: 2, ageMs: 60_000 };
  assertEquals(
    describeFound(found),
    "1.5 kB  11111111  1 seeder, 2 fetching, first seen 1:00 ago",
  );
  assertEquals(
    describeFound({ ...found, v2: RESULT.v2!, seeders: 3 }),
    "1.5 kB  22222222  3 seeders, 2 fetching, first seen 1:00 ago",
  );
});
