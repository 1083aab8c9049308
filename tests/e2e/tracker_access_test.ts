/** Who may use a tracker, with the real programs. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { ANNOUNCERS } from "../support/announcers.ts";
import {
  bytesOf,
  type Ended,
  Program,
  runPeer,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import { TLS } from "../support/tls.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows has no SIGHUP" : undefined;
const HASH = "1".repeat(40);
const CONTENT = bytesOf(300_000);

/** A tracker that BitTorrent clients can use, and its ports. */
async function openTracker(...args: string[]) {
  const tracker = await startTracker(...args);
  const [, httpPort] = await tracker.log(/listening for HTTP and UDP on 127\.0\.0\.1:(\d+)/);
  return Object.assign(tracker, { httpPort: Number(httpPort) });
}

/** `tracker key …`, to its end. */
async function key(...args: string[]): Promise<Ended> {
  await using program = new Program("tracker", ["key", ...args]);
  return await program.ended();
}

/** Asks until the answer is as wanted: a tracker that runs learns of keys within seconds. */
async function until(wanted: RegExp, ask: () => Promise<string>): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const said = await ask();
    if (wanted.test(said)) return;
    assert(performance.now() < deadline, said);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

skippable("tracker access: lists are read again at SIGHUP, but for bad ones", WINDOWS, async () => {
  await using folder = await temporaryFolder();
  const [hashes, addresses] = [`${folder.path}/hashes.txt`, `${folder.path}/addresses.txt`];
  await Deno.writeTextFile(hashes, "");
  await Deno.writeTextFile(addresses, "192.0.2.0/24 # a neighbour\n");
  const args = ["--deny-hashes", hashes, "--deny-addresses", addresses];
  await using tracker = await openTracker(...args);
  await tracker.log(/INFO uses lists: 0 denied hashes, 1 denied networks/);
  assertEquals(await ANNOUNCERS.http(tracker, { hash: HASH }), "OK");
  await Deno.writeTextFile(hashes, `${HASH}\n`);
  tracker.signal("SIGHUP");
  await tracker.log(/INFO read again lists: 1 denied hashes, 1 denied networks/);
  assertMatch(await ANNOUNCERS.http(tracker, { hash: HASH }), /does not take this share/);
  await Deno.writeTextFile(hashes, "nonsense\n");
  tracker.signal("SIGHUP");
  await tracker.log(
    /ERROR the lists stay as they were: .*hashes\.txt line 1: "nonsense" is no info/,
  );
  assertMatch(await ANNOUNCERS.http(tracker, { hash: HASH }), /does not take this share/);
  tracker.signal("SIGTERM");
  assertEquals((await tracker.ended()).code, 0);
});

skippable(
  "tracker access: without anything to read again SIGHUP changes nothing",
  WINDOWS,
  async () => {
    await using tracker = await openTracker();
    tracker.signal("SIGHUP");
    assertEquals(await ANNOUNCERS.line(tracker, { hash: HASH }), "OK");
    tracker.signal("SIGTERM");
    assertEquals((await tracker.ended()).code, 0);
  },
);

Deno.test("tracker access: a list that cannot be used ends the start", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/list.txt`;
  await Deno.writeTextFile(path, "\n10.0.0.0/40\n");
  await using tracker = new Program("tracker", ["--port", "0", "--allow-addresses", path]);
  const { code, err } = await tracker.ended();
  assertEquals(code, 11);
  assertMatch(err, /list\.txt line 2: "10\.0\.0\.0\/40" has more than 32 bits/);
});

Deno.test("tracker access: keys are added, listed and revoked while a tracker runs", async () => {
  await using folder = await temporaryFolder();
  const where = ["--state-dir", `${folder.path}/state`];
  await using tracker = await openTracker("--private", ...where, "--log-level", "debug");
  await tracker.log(/WARN private, and nobody has a key yet: tracker key add/);
  const added = await key("add", "anna", ...where);
  assertEquals(added.code, 0, added.err);
  assertMatch(added.out, /^[a-z2-7]{32}\n$/);
  const anna = added.out.trim();
  await until(/^OK$/, () => ANNOUNCERS.line(tracker, { hash: HASH, key: anna }));
  const other = JSON.parse((await key("add", "--json", ...where)).out);
  assertEquals([other.command, other.id, "name" in other], ["key add", 2, false]);
  await until(/^OK$/, () => ANNOUNCERS.http(tracker, { hash: HASH, key: other.key }));
  assertMatch((await key("list", ...where)).out, /^1 .* anna\n2 .* -\n$/);
  const taken = await key("add", "anna", ...where);
  assertEquals([taken.code, taken.out], [11, ""]);
  assertEquals((await key("revoke", "anna", ...where)).out, "revoked key 1 (anna)\n");
  await until(/know your key/, () => ANNOUNCERS.line(tracker, { hash: HASH, key: anna }));
  assertEquals(await ANNOUNCERS.udp(tracker, { hash: HASH, key: other.key }), "OK");
  assertEquals((await key("revoke", "anna", ...where)).code, 66);
  const listed = JSON.parse((await key("list", "--json", ...where)).out);
  assertEquals(listed.keys.map((one: { id: number }) => one.id), [2]);
  if (WINDOWS === undefined) tracker.signal("SIGTERM");
  else return;
  const { err } = await tracker.ended();
  for (const secret of [anna, other.key]) assert(!err.includes(secret), err);
});

Deno.test("tracker access: our peers share and fetch by a private tracker with a key", async () => {
  await using folder = await temporaryFolder();
  const where = ["--keys", `${folder.path}/keys.db`];
  const secret = (await key("add", "anna", ...where)).out.trim();
  await using tracker = await openTracker("--private", ...where);
  await Deno.writeFile(`${folder.path}/a file.bin`, CONTENT);
  await Deno.mkdir(`${folder.path}/in`);
  const named = ["--tracker", `127.0.0.1:${tracker.port}`];
  const keyed = [...named, "--tracker-key", secret];
  const refused = await runPeer(["seed", `${folder.path}/a file.bin`, ...named]);
  assertEquals(refused.code, 76);
  assertMatch(refused.err, /unauthorized This tracker is private: it needs your key/);
  await using seeder = new Program("peer", [
    "seed",
    `${folder.path}/a file.bin`,
    ...keyed,
    "--json",
    "--torrent-out",
    `${folder.path}/a.torrent`,
  ]);
  const [share] = await seeder.out(/^.*"type":"share".*$/);
  const { magnet } = JSON.parse(share!);
  const torrent = new TextDecoder("latin1").decode(
    await Deno.readFile(`${folder.path}/a.torrent`),
  );
  for (const text of [share!, torrent]) assert(!text.includes(secret), text);
  const listed = await runPeer(["list", "a file.bin", ...keyed]);
  assertEquals(listed.code, 0, listed.err);
  for (const [what, more] of [["a file.bin", keyed], [magnet, keyed]] as const) {
    const got = await runPeer(["get", what, `${folder.path}/in/`, "--force", ...more]);
    assertEquals(got.code, 0, got.err);
    assertEquals(await Deno.readFile(`${folder.path}/in/a file.bin`), CONTENT);
  }
  const without = await runPeer(["get", "a file.bin", `${folder.path}/in/`, ...named]);
  assert(without.code !== 0);
  assertStringIncludes(without.err, "private");
});

Deno.test("tracker access: our peer announces at a URL with a key in its path, in no log", async () => {
  await using folder = await temporaryFolder();
  const where = ["--keys", `${folder.path}/keys.db`];
  const secret = (await key("add", "anna", ...where)).out.trim();
  await using tracker = await openTracker("--private", ...where, "--log-level", "debug");
  await Deno.writeFile(`${folder.path}/file`, CONTENT);
  for (const protocol of ["http", "udp"]) {
    const url = `${protocol}://127.0.0.1:${tracker.httpPort}/${secret}/announce`;
    const args = ["seed", `${folder.path}/file`, "--tracker", url, "--log-level", "debug"];
    await using seeder = new Program("peer", args);
    const [line] = await seeder.log(/announced .*/);
    assert(!line!.includes(secret), line);
  }
  const wrong = `http://127.0.0.1:${tracker.httpPort}/${"a".repeat(32)}/announce`;
  const refused = await runPeer(["seed", `${folder.path}/file`, "--tracker", wrong]);
  assertMatch(refused.err, /does not know your key/);
});

Deno.test("tracker access: a certificate goes with its key, and with HTTP", async () => {
  await using folder = await temporaryFolder();
  const [cert, pem] = [`${folder.path}/cert.pem`, `${folder.path}/key.pem`];
  await Deno.writeTextFile(cert, TLS.cert);
  await Deno.writeTextFile(pem, TLS.key);
  const table: [string[], number, RegExp][] = [
    [["--tls-cert", cert], 64, /--tls-cert and --tls-key go together/],
    [["--tls-cert", cert, "--tls-key", pem, "--no-http"], 64, /does not go with --no-http/],
    [["--tls-cert", cert, "--tls-key", cert], 11, /the file of the key has none/],
    [["--tls-cert", cert, "--tls-key", `${folder.path}/none`], 7, /none cannot be read/],
  ];
  for (const [args, code, message] of table) {
    await using tracker = new Program("tracker", ["--port", "0", ...args]);
    const ended = await tracker.ended();
    assertMatch(ended.err, message);
    assertEquals(ended.code, code);
  }
  await using tracker = await openTracker("--tls-cert", cert, "--tls-key", pem);
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: tracker.httpPort });
  const authority = { hostname: "tracker.example", caCerts: [TLS.authority] };
  using conn = await Deno.startTls(plain, authority);
  await conn.write(new TextEncoder().encode("GET /healthz HTTP/1.0\r\n\r\n"));
  const buffer = new Uint8Array(1000);
  const count = await conn.read(buffer) ?? 0;
  assertMatch(new TextDecoder().decode(buffer.subarray(0, count)), /^HTTP\/1\.1 200 OK/);
});
