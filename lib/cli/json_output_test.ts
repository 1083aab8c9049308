import { assertEquals } from "jsr:@std/assert@1";
import { infoHash, infoHashV2 } from "../base/ids.ts";
import type { DownloadResult, PeerList, ShareSnapshot } from "../app/types.ts";
import { downloadFields, listFields, shareFields } from "./json_output.ts";

/** The text that a script reads. */
const text = (fields: unknown) => JSON.parse(JSON.stringify(fields));

/** The parts of a share that its JSON tells. */
const SHARE: ShareSnapshot = {
  name: "file",
  path: "/tmp/file",
  size: 5,
  single: true,
  files: 1,
  pieces: 1,
  pieceLength: 16384,
  v1: infoHash("11".repeat(20))!,
  v2: infoHashV2("22".repeat(32))!,
  magnet: "magnet:?xt=urn:btih:11",
  peers: 4,
  upRate: 0,
  port: 9000,
  sha256: "ab".repeat(32),
  checksum: "00000000",
  trackers: [
    { address: "127.0.0.1:8000", registered: true },
    { address: "[::1]:8000", registered: false, error: "it is down" },
  ],
  active: [{ id: 7, to: "192.0.2.1:5", sent: 3, total: 5 }],
  waiting: 1,
  completed: 2,
  failed: 3,
  uploaded: 13,
};

Deno.test("a share's JSON has these fields, and no others", () => {
  const plain = {
    name: "file",
    path: "/tmp/file",
    size: 5,
    single: true,
    files: 1,
    pieces: 1,
    pieceLength: 16384,
    v1: "11".repeat(20),
    v2: "22".repeat(32),
    magnet: "magnet:?xt=urn:btih:11",
    peers: 4,
    port: 9000,
    sha256: "ab".repeat(32),
    checksum: "00000000",
    trackers: [
      { address: "127.0.0.1:8000", registered: true },
      { address: "[::1]:8000", registered: false, error: "it is down" },
    ],
    active: [{ id: 7, to: "192.0.2.1:5", sent: 3, total: 5 }],
    waiting: 1,
    completed: 2,
    failed: 3,
    uploaded: 13,
  };
  assertEquals(text(shareFields(SHARE)), plain);
  const inner = { ...SHARE, secret: "of the program's own" };
  assertEquals(text(shareFields(inner)), plain);
  const problem = "it shrank";
  assertEquals(text(shareFields({ ...SHARE, problem })), { ...plain, problem });
});

Deno.test("a download's JSON has these fields, and no others", () => {
  const result: DownloadResult & { readonly secret: string } = {
    name: "file",
    path: "/tmp/file",
    size: 5,
    sha256: "ab".repeat(32),
    verified: true,
    checksum: "00000000",
    uncovered: 5,
    from: "[::1]:9000",
    elapsedMs: 1234.56,
    failed: [{ address: "192.0.2.1:9000", reason: "it is down" }],
    secret: "of the program's own",
  };
  assertEquals(text(downloadFields(result)), {
    command: "download",
    name: "file",
    path: "/tmp/file",
    size: 5,
    sha256: "ab".repeat(32),
    verified: true,
    checksum: "00000000",
    uncovered: 5,
    from: "[::1]:9000",
    elapsedMs: 1235,
    failed: [{ address: "192.0.2.1:9000", reason: "it is down" }],
  });
});

Deno.test("a list's JSON has its peers as addresses, IPv6 in brackets", () => {
  const list: PeerList = {
    name: "file",
    peers: [{ host: "192.0.2.1", port: 1 }, { host: "2001:db8::1", port: 2 }],
    leftOut: [{ address: "10.0.0.1:3", reason: "it is private" }],
    trackers: [{ address: "[::1]:8000" }, { address: "a:1", error: "it is down" }],
  };
  const content = { name: "file", size: 5, seeders: 2, leechers: 1, ageMs: 1000 };
  assertEquals(text(listFields(list, [content])), {
    command: "list",
    name: "file",
    peers: ["192.0.2.1:1", "[2001:db8::1]:2"],
    contents: [content],
    leftOut: [{ address: "10.0.0.1:3", reason: "it is private" }],
    trackers: [{ address: "[::1]:8000" }, { address: "a:1", error: "it is down" }],
  });
});
