import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { classicAsk, classicSeeder, deadPort, StandIn } from "../support/originals.ts";
import { bytesOf, namesIn, runPeer, startTracker, temporaryFolder } from "../support/programs.ts";

const CONTENT = bytesOf(2_000_000);

/** Downloads `file` from seeders that are registered in this order (the last one is tried first). */
async function fetchFrom(seeders: readonly StandIn[], folder: string, ...args: string[]) {
  await using tracker = await startTracker();
  for (const { port } of seeders) await classicAsk(tracker.port, `REGISTER file ${port}\n`);
  const at = `127.0.0.1:${tracker.port}`;
  return await runPeer(["download", "file", `${folder}/`, "--tracker", at, ...args]);
}

Deno.test("failures: a wrong checksum, a wrong SHA-256, a short stream and garbage leave nothing", async () => {
  const garbage = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n");
  const table = [
    { mischief: { checksum: "00000001" }, code: 12, says: "classic checksum" },
    { mischief: {}, args: ["--sha256", "0".repeat(64)], code: 12, says: "SHA-256" },
    { mischief: { hangUpAfter: 1_000_000 }, code: 10, says: "hung up after 1000000 of 2000000" },
    { mischief: { instead: garbage }, code: 76, says: "no Mini-Torrent seeder" },
    { mischief: { instead: new Uint8Array(0) }, code: 10, says: "hung up before" },
    {
      mischief: { silentAfter: 1000 },
      args: ["--stall-timeout", "1s"],
      code: 10,
      says: "sent nothing",
    },
  ];
  for (const { mischief, args = [], code, says } of table) {
    await using folder = await temporaryFolder();
    await using seeder = classicSeeder(CONTENT, mischief);
    const ended = await fetchFrom([seeder], folder.path, ...args);
    assertEquals(ended.code, code, ended.err);
    assertStringIncludes(ended.err, says);
    assertStringIncludes(ended.err, "Nothing is kept");
    assertEquals(namesIn(folder.path), []);
  }
});

Deno.test("failures: when a seeder is gone half way the next one takes over", async () => {
  await using folder = await temporaryFolder();
  await using good = classicSeeder(CONTENT);
  await using bad = classicSeeder(CONTENT, { hangUpAfter: 1_500_000 });
  const ended = await fetchFrom([good, bad], folder.path);
  assertEquals(ended.code, 0, ended.err);
  assertEquals([good.connections, bad.connections], [1, 1]);
  assertEquals(await Deno.readFile(`${folder.path}/file`), CONTENT);
  assertStringIncludes(ended.err, "hung up after 1500000 of 2000000");
});

Deno.test("failures: exit codes, and JSON that ends in one error", async () => {
  await using folder = await temporaryFolder();
  await using tracker = await startTracker();
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const nobody = `127.0.0.1:${deadPort()}`;
  const out = `${folder.path}/out`;
  const table: [string[], number, string][] = [
    [["download", "file", out, "--tracker", nobody], 9, "tracker_connect"],
    [["download", "file", out, ...at], 66, "not_found"],
    [["list", "file", ...at], 66, "not_found"],
    [["download", "file", out, "--from", nobody, ...at], 10, "peer_connect"],
    [["download", "a/b", out, ...at], 11, "invalid_input"],
    [["download", "..", out, ...at], 11, "invalid_input"],
    [["download", "file", `${folder.path}/no/where`, ...at], 6, "file_open"],
    [["seed", `${folder.path}/nothing`, ...at], 6, "file_open"],
    [["download", ...at], 64, "usage"],
    [["download", "file", "--nonsense", ...at], 64, "usage"],
    [["frobnicate"], 64, "usage"],
    [[], 64, "usage"],
  ];
  for (const [args, code, name] of table) {
    const ended = await runPeer([...args, "--json"]);
    assertEquals(ended.code, code, `${args.join(" ")}\n${ended.err}`);
    const lines = ended.out.trim().split("\n").map((line) => JSON.parse(line));
    const last = lines.filter((line) => line.type === "result" || line.type === "error");
    assertEquals(last.length, 1, ended.out);
    assertEquals([lines.at(-1).v, lines.at(-1).code, lines.at(-1).exit], [1, name, code]);
    assert(!/^\s+at /m.test(ended.err), "no stack trace reaches a person");
  }
});

Deno.test("failures: what is there is not overwritten without --force or -y", async () => {
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  await Deno.writeTextFile(`${folder.path}/file`, "mine");
  const refused = await fetchFrom([seeder], folder.path);
  assertEquals(refused.code, 73, refused.err);
  assertStringIncludes(refused.err, "--force");
  assertEquals(await Deno.readTextFile(`${folder.path}/file`), "mine");
  assertEquals((await fetchFrom([seeder], folder.path, "--force")).code, 0);
  assertEquals(await Deno.readFile(`${folder.path}/file`), CONTENT);
  await Deno.writeTextFile(`${folder.path}/file`, "mine");
  await Deno.writeTextFile(`${folder.path}/file.part`, "mine too");
  assertEquals((await fetchFrom([seeder], folder.path, "-y")).code, 0);
  assertEquals(await Deno.readFile(`${folder.path}/file`), CONTENT);
  assertEquals(await Deno.readTextFile(`${folder.path}/file.part`), "mine too");
  assertEquals(namesIn(folder.path), ["file", "file.part"]);
});

Deno.test("failures: names that a system reserves become safe ones", async () => {
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  await using tracker = await startTracker();
  for (
    const [name, safe] of [["CON", "_CON"], ["nul.txt", "_nul.txt"], ["a:b", "a_b"], [
      "dot.",
      "dot_",
    ]]
  ) {
    await classicAsk(tracker.port, `REGISTER ${name} ${seeder.port}\n`);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    const ended = await runPeer(["get", name!, `${folder.path}/`, ...at]);
    assertEquals(ended.code, 0, ended.err);
    assertEquals((await Deno.stat(`${folder.path}/${safe}`)).size, CONTENT.length);
  }
});

Deno.test("failures: hostile text from the network reaches no terminal raw", async () => {
  const text = "ERROR \x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066\x9b31m\n";
  await using tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    await conn.write(new TextEncoder().encode(text));
  });
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/f`, "content");
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  for (const args of [["get", "\u202ename"], ["list", "name"], ["seed", `${folder.path}/f`]]) {
    for (const json of [[], ["--json"], ["--log-format", "json"]]) {
      const ended = await runPeer([...args, ...at, ...json], { cwd: folder.path });
      assertEquals(ended.code, 76, ended.err);
      assert(
        // deno-lint-ignore no-control-regex -- controls are what is looked for
        !/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(ended.out + ended.err),
      );
      assertMatch(ended.out + ended.err, /owned/);
    }
  }
});
