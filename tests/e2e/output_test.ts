import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { classicAsk, classicSeeder, StandIn } from "../support/originals.ts";
import {
  bytesOf,
  commandOf,
  namesIn,
  Program,
  runPeer,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;
const CONTENT = bytesOf(500_000);
const LOG_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARN|ERROR|FATAL) \S/;

/** Escapes, controls and what turns the reading direction. */
const RAW =
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** The objects of a `--json` run; fails unless the last one, and no other, is an end. */
function objectsOf(out: string): Record<string, unknown>[] {
  const objects = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const ends = objects.filter(({ type }) => type === "result" || type === "error");
  assertEquals(ends, [objects.at(-1)], out);
  assert(objects.every(({ v, type }) => v === 1 && typeof type === "string"), out);
  return objects;
}

Deno.test("output: results are on stdout, the log is on stderr with date, time and level", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  await using bad = classicSeeder(CONTENT, { hangUpAfter: 1000 });
  for (const { port } of [seeder, bad]) await classicAsk(tracker.port, `REGISTER f ${port}\n`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--force"];
  const ended = await runPeer(["get", "f", ...at], { cwd: folder.path });
  assertEquals(ended.code, 0);
  assertMatch(ended.out, /^.*f\n.*500000 bytes.*\nSHA-256 [0-9a-f]{64}\n.*weak.* 288 bytes/);
  const [warning] = ended.err.split("\n");
  assertMatch(warning!, LOG_LINE);
  const quiet = await runPeer(["get", "f", ...at, "-q"], { cwd: folder.path });
  assertEquals(quiet.out.split("\n").length, ended.out.split("\n").length);
  assert(quiet.err.split("\n").every((line) => line === "" || / WARN /.test(line)), quiet.err);
  const json = await runPeer(["get", "f", ...at, "--log-format", "json"], { cwd: folder.path });
  const { time, level, message } = JSON.parse(json.err.split("\n")[0]!);
  assertEquals(level, "warn");
  assert(!Number.isNaN(Date.parse(time)));
  assertStringIncludes(message, "hung up after 1000 of 500000 bytes");
});

Deno.test("output: JSON of each command ends in exactly one result", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  await classicAsk(tracker.port, `REGISTER f ${seeder.port}\n`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
  const got = objectsOf((await runPeer(["get", "f", ...at], { cwd: folder.path })).out);
  const { type, size, sha256, verified, from } = got.at(-1)!;
  assertEquals([type, size, verified], ["result", CONTENT.length, false]);
  assertEquals(from, `127.0.0.1:${seeder.port}`);
  const progress = got.filter((object) => object.type === "progress");
  assert(progress.some(({ phase }) => phase === "receiving"), "its progress is told");
  const args = ["get", "f", ...at, "--sha256", String(sha256), "-y"];
  const proven = objectsOf((await runPeer(args, { cwd: folder.path })).out).at(-1)!;
  assertEquals([proven.type, proven.verified], ["result", true]);
  const listed = objectsOf((await runPeer(["list", "f", ...at])).out).at(-1)!;
  assertEquals(listed.peers, [`127.0.0.1:${seeder.port}`]);
});

Deno.test("output: nothing asks without a terminal, whatever stands on stdin", async () => {
  await using folder = await temporaryFolder();
  await using seeder = classicSeeder(CONTENT);
  await Deno.writeTextFile(`${folder.path}/f`, "mine");
  const from = ["--from", `127.0.0.1:${seeder.port}`, "--tracker", `127.0.0.1:${seeder.port}`];
  const [command, before] = commandOf("peer");
  for (const [args, code] of [[["get", "f", ...from], 73], [["get", ...from], 64], [[], 64]]) {
    const child = new Deno.Command(command, {
      args: [...before, ...args as string[]],
      cwd: folder.path,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("y\ny\ny\n")).catch(() => {});
    const output = await child.output(); // its input stays open: a question would wait for ever
    await writer.close().catch(() => {});
    assertEquals(output.code, code, new TextDecoder().decode(output.stderr));
  }
  assertEquals(await Deno.readTextFile(`${folder.path}/f`), "mine");
});

Deno.test("output: a hostile seeder and a hostile list of peers reach no terminal raw", async () => {
  const text = "\x1b]0;x\x07\u202e";
  const bytes = new TextEncoder().encode(text);
  const header = new Uint8Array(16 + bytes.length);
  const view = new DataView(header.buffer);
  view.setBigUint64(0, 10n, true);
  view.setBigUint64(8, BigInt(bytes.length), true);
  header.set(bytes, 16);
  await using seeder = classicSeeder(CONTENT, { instead: header });
  const replies = [
    `127.0.0.1:${seeder.port};${text}:1;\n`,
    `${text}:9000;\n`,
    `127.0.0.1:${seeder.port}${text};\n`,
    `\u2066127.0.0.1:1;`,
  ];
  await using folder = await temporaryFolder();
  for (const reply of replies) {
    await using tracker = new StandIn(async (conn) => {
      await conn.read(new Uint8Array(4096));
      await conn.write(new TextEncoder().encode(reply));
    });
    for (const mode of [[], ["--json"], ["--log-format", "json"], ["--log-level", "debug"]]) {
      const args = ["get", "f", "--tracker", `127.0.0.1:${tracker.port}`, ...mode];
      const ended = await runPeer(args, { cwd: folder.path });
      assertEquals(ended.code, 76, ended.err);
      assert(!RAW.test(ended.out + ended.err), JSON.stringify(ended));
    }
  }
  assertEquals(namesIn(folder.path), []);
});

skippable("output: a name that misleads is shown harmless and saved safe", WINDOWS, async () => {
  const name = "a\u202egnp.exe";
  await using tracker = await startTracker("--log-level", "debug");
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/${name}`, CONTENT);
  await Deno.mkdir(`${folder.path}/in`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  for (const mode of [[], ["--json"]]) {
    await using seeder = new Program("peer", ["seed", `${folder.path}/${name}`, ...at, ...mode]);
    await seeder.out(/sha-?256/i);
    const got = await runPeer(["get", name, `${folder.path}/in/`, "--force", ...at, ...mode]);
    const listed = await runPeer(["list", name, ...at, ...mode]);
    seeder.signal("SIGINT");
    const seeded = await seeder.ended();
    for (const { code, out, err } of [got, listed, seeded]) {
      assertEquals(code, 0, err);
      assert(!RAW.test(out + err), JSON.stringify(out + err));
    }
  }
  assertEquals(namesIn(`${folder.path}/in`), ["a_gnp.exe"]);
  tracker.signal("SIGTERM");
  const { err } = await tracker.ended();
  assert(!RAW.test(err), JSON.stringify(err));
  assertStringIncludes(err, "a\\u{202e}gnp.exe");
});

skippable(
  "output: a path that misleads is shown harmless in every kind of log",
  WINDOWS,
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/b\u202e\x9bm`;
    await Deno.writeTextFile(path, "mine");
    await using tracker = await startTracker();
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    for (const mode of [[], ["--json"], ["--log-format", "json"], ["--log-level", "debug"]]) {
      const ended = await runPeer(["get", "f", path, ...at, ...mode]);
      assertEquals(ended.code, 73, ended.err);
      assert(!RAW.test(ended.out + ended.err), JSON.stringify(ended));
    }
  },
);

skippable(
  "output: SIGTERM ends a download like Ctrl-C, in JSON with one error",
  WINDOWS,
  async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    await using seeder = classicSeeder(CONTENT, { pauseAfter: { bytes: 300_000, until } });
    await using folder = await temporaryFolder();
    const from = ["--from", `127.0.0.1:${seeder.port}`, "--tracker", `127.0.0.1:${seeder.port}`];
    await using peer = new Program("peer", ["get", "f", `${folder.path}/`, ...from, "--json"]);
    await peer.out(/"phase":"receiving","received":[1-9]/);
    assertEquals(namesIn(folder.path), ["f.part"]);
    peer.signal("SIGTERM");
    const ended = await peer.ended();
    release();
    assertEquals(ended.code, 130, ended.err);
    assertEquals(namesIn(folder.path), []);
    const { type, code, exit } = objectsOf(ended.out).at(-1)!;
    assertEquals([type, code, exit], ["error", "interrupted", 130]);
  },
);
