/** Peers and torrents that mean no good. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { infoHash } from "../../lib/base/ids.ts";
import { type Encodable, encodeBencode } from "../../lib/meta/bencode.ts";
import { lyingPeer } from "../support/lying_peer.ts";
import { StandIn } from "../support/originals.ts";
import { bytesOf, namesIn, startTracker, temporaryFolder } from "../support/programs.ts";
import { assertSameFile, download, downloaded, startSeed } from "../support/swarm_programs.ts";

Deno.test("swarm hostile: peers that lie are let go, and the file comes from the honest one", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const content = bytesOf(1_500_000);
  await Deno.writeFile(`${path}/file`, content);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const out = ["--torrent-out", `${path}/file.torrent`];
  await using seed = await startSeed(`${path}/file`, ...at, ...out, "--up-limit", "1MB");
  const { port, v1 } = await seed.share();
  const { pieceLength } = await seed.share() as unknown as { pieceLength: number };
  const hash = infoHash(v1)!;
  // One sends nonsense, one the right bytes but for the last one of each block.
  await using random = lyingPeer(hash, "aa", ({ length }) => new Uint8Array(length));
  await using nearly = lyingPeer(hash, "bb", ({ piece, begin, length }) => {
    const at = piece * pieceLength + begin;
    const right = content.slice(at, at + length);
    right[length - 1]! ^= 1;
    return right;
  });
  const peers = [random.port, nearly.port, port].flatMap((one) => ["--peer", `127.0.0.1:${one}`]);
  const { err, last } = await downloaded([
    `${path}/file.torrent`,
    `${path}/in`,
    ...peers,
    "--log-level",
    "debug",
  ]);
  await assertSameFile(`${path}/in`, content);
  for (const liar of [random, nearly]) assert(liar.served > 0, "the liar was asked");
  assertEquals(err.match(/a peer is let go: .*wrong/g)?.length, 2, err);
  assert(Number(last.wasted) > 0);
});

Deno.test("swarm hostile: nonsense in place of a handshake, on either side", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(300_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed(`${path}/file`, ...at);
  const { magnet, port } = await seed.share();
  const noise = bytesOf(200_000, 77);
  await using loud = new StandIn(async (conn) => void await conn.write(noise));
  await using mute = new StandIn(async (conn) => void await conn.read(new Uint8Array(1_000)));
  await using web = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(1_000));
    await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  for (let times = 0; times < 20; times++) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(
      times % 2 === 0 ? noise.subarray(times) : encoder.encode("GET / HTTP/1.1\r\n\r\n"),
    ).catch(() => {});
  }
  const peers = [loud, mute, web].flatMap((one) => ["--peer", `127.0.0.1:${one.port}`]);
  await downloaded([magnet, `${path}/in`, ...peers]);
  await assertSameFile(`${path}/in`, `${path}/file`);
  assert(loud.connections > 0 && mute.connections > 0 && web.connections > 0);
  assertEquals((await seed.stop())[0]!.failed, 0);
});

const encoder = new TextEncoder();

/** A v1 torrent of empty files. */
function torrentOf(
  name: string,
  paths: readonly (readonly string[])[],
  more: Record<string, Encodable> = {},
): Uint8Array {
  const files = paths.map((path) =>
    new Map<string, Encodable>(
      [...Object.entries(more), ["length", 0], ["path", path.map(utf8)]].toSorted() as [
        string,
        Encodable,
      ][],
    )
  );
  const info = new Map<string, Encodable>([
    ["files", files],
    ["name", utf8(name)],
    ["piece length", 16_384],
    ["pieces", new Uint8Array()],
  ]);
  return encodeBencode(new Map<string, Encodable>([["info", info]]));
}

function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

Deno.test("swarm hostile: no name in a torrent leads out of its folder", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/in`);
  const paths = [
    ["..", "..", "escape"],
    ["/etc/passwd"],
    ["C:\\windows\\x"],
    ["CON"],
    ["a\u202egpj.exe"],
    ["esc\u001b[31m"],
    ["Same"],
    ["same"],
  ];
  await Deno.writeFile(`${path}/evil.torrent`, torrentOf("../..", paths));
  const { last, err, out } = await downloaded([`${path}/evil.torrent`, `${path}/in`]);
  assertEquals(last.files, paths.length);
  assertEquals(namesIn(path), ["evil.torrent", "in"]);
  assertEquals(namesIn(`${path}/in`).length, 1);
  const there: string[] = [];
  const walk = (at: string) => {
    for (const entry of Deno.readDirSync(at)) {
      if (entry.isDirectory) walk(`${at}/${entry.name}`);
      else there.push(entry.name);
    }
  };
  walk(`${path}/in`);
  assertEquals(there.length, paths.length, there.join());
  for (const name of there) assertMatch(name, /^[\w .~()[-]+$/);
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  assert(!/[\u001b\u202e]/.test(out + err));
});

Deno.test("swarm hostile: a torrent that cannot be used is refused, saying which name and why", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const long = Array.from({ length: 101 }, () => "x");
  const cases: [Uint8Array, RegExp][] = [
    [torrentOf("set", [["a"], ["a", "b"]]), /"a/],
    [torrentOf("set", [["twice"], ["twice"]]), /"twice"/],
    [torrentOf("set", [long]), /more than 100 parts/],
    [
      torrentOf("set", [["link"]], { attr: utf8("l"), "symlink path": [utf8("etc")] }),
      /makes "link" a symlink/,
    ],
    [torrentOf("set", []), /no file/],
    [encoder.encode("d4:infod4:name"), /all of it\?/],
    [bytesOf(3_000), /\.torrent file/],
  ];
  for (const [index, [bytes, why]] of cases.entries()) {
    await Deno.writeFile(`${path}/bad.torrent`, bytes);
    const { code, last } = await download([`${path}/bad.torrent`, path]);
    assert(code === 11 || code === 76, `case ${index}: ${code}`);
    assertStringIncludes(String(last.message), "bad.torrent");
    assertMatch(String(last.message), why);
    assertEquals(namesIn(path), ["bad.torrent"]);
  }
});
