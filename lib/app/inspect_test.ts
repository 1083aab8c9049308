import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import { Watched } from "../../tests/support/in_process.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { toHex } from "../base/bytes.ts";
import { createTorrent } from "./create_torrent.ts";
import { inspect } from "./inspect.ts";

Deno.test("inspect: content, its torrent by path and by URL, and its link agree", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "film");
  const content = bytesOf(100_000);
  await Deno.writeFile(path, content);
  const trackers = ["udp://x.test:6969"];
  const { torrent } = await createTorrent({
    path,
    out: `${path}.torrent`,
    private: false,
    trackers,
    webSeeds: [],
    force: false,
  }, new Watched());
  const look = (what: string) => inspect({ what }, new Watched());

  const own = await look(path);
  if (own.kind !== "content") throw new Error(own.kind);
  assertEquals(own.path, await Deno.realPath(path));
  assertEquals(own.sha256, toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", content))));
  assertEquals([own.torrent.v1, own.torrent.v2], [torrent.v1, torrent.v2]);
  assertEquals(own.torrent.files.map(({ path, length }) => [path, length]), [[["film"], 100_000]]);

  const read = await look(`${path}.torrent`);
  assertEquals(read, { kind: "torrent", from: `${path}.torrent`, torrent });

  const bytes = await Deno.readFile(`${path}.torrent`);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(bytes),
  );
  const url = `http://127.0.0.1:${server.addr.port}/film.torrent`;
  assertEquals(await look(url), { kind: "torrent", from: url, torrent });

  const link = await look(torrent.magnet);
  if (link.kind !== "link") throw new Error(link.kind);
  const { v1, v2, name } = link.magnet;
  assertEquals([v1, v2, name, link.magnet.trackers], [torrent.v1, torrent.v2, "film", trackers]);
  assertStringIncludes(torrent.magnet, "dn=film");
});
