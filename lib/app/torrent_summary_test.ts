import { assertEquals } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { torrentOf } from "../../tests/support/torrents.ts";
import { summarize } from "./torrent_summary.ts";

Deno.test("summary: versions, hashes, and files that would be saved under other names", () => {
  const files = { "a/b.txt": bytesOf(20_000), "CON": bytesOf(1), "a/B.txt": new Uint8Array(0) };
  for (const version of ["v1", "v2", "hybrid"] as const) {
    const { info } = torrentOf(files, { version });
    const summary = summarize({ info, trackers: [["udp://a:1"], ["udp://b:2"]] });
    assertEquals([summary.version, summary.size, summary.pieces], [
      version,
      20_001,
      info.pieceCount,
    ]);
    assertEquals([summary.v1, summary.v2], [info.v1?.infoHash, info.v2?.infoHash]);
    assertEquals(summary.files.map(({ savedAs }) => savedAs?.join("/")), [
      undefined,
      "_CON",
      "a/B (2).txt",
    ]);
    assertEquals(summary.files.map(({ root }) => root !== undefined), [
      version !== "v1",
      version !== "v1",
      false,
    ]);
    assertEquals(summary.magnet.split("&").slice(-2), [
      "tr=udp%3A%2F%2Fa%3A1",
      "tr=udp%3A%2F%2Fb%3A2",
    ]);
  }
  const single = torrentOf({ film: bytesOf(5) }, { single: true, name: "a:b" });
  assertEquals(summarize(single).files.map(({ savedAs }) => savedAs), [["a_b"]]);
});
