import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import {
  classicAsk,
  classicDownload,
  classicSeeder,
  deadPort,
  exchange,
} from "../support/originals.ts";
import {
  bytesOf,
  namesIn,
  Program,
  runPeer,
  skippable,
  startSeeder,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";

const CONTENT = bytesOf(500_000);

async function runTracker(args: readonly string[]) {
  await using program = new Program("tracker", args);
  return await program.ended();
}

Deno.test("commands: a wrong command line is one line on stderr, nothing on stdout, and 64", async () => {
  const peer: [string[], RegExp][] = [
    [
      ["download", "f", "--forse"],
      /^peer: unknown flag --forse\. Did you mean --force\? See: peer download --help$/,
    ],
    [["downlod", "f"], /^peer: unknown command "downlod"\. Did you mean download\?/],
    [["download"], /^peer: WHAT is missing\. See: peer download --help$/],
    [["list"], /NAME is missing/],
    [["seed"], /PATH is missing/],
    [["seed", "f", "--port", "1023"], /1023 .*not within 1024 to 65535/],
    [["seed", "f", "g", "--port", "65535"], /65535 to 65536/],
    [["seed", "f", "--port", "x"], /--port "x" is not a whole number/],
    [["download", "f", "--sha256", "abc"], /--sha256 "abc" is not/],
    [["download", "f", "--from", "127.0.0.1"], /names no port/],
    [["download", "f", "--tracker", "a:b:c"], /is not an address/],
    [["download", "f", "--stall-timeout", "soon"], /is not a duration/],
    [["list", "a", "b"], /"b" is one argument too many/],
    [["download", "f", "g", "h", "--stdout"], /--stdout is for one WHAT/],
    [["download", "f", "g", "h", "--sha256", "0".repeat(64)], /--sha256 is for one WHAT/],
    [["download", "f", "--ratio", "much"], /"much" is not a number/],
    [["seed", "f", "g", "--as", "h"], /--as is for one PATH, and there are 2/],
    [["list", "f", "--log-level", "loud"], /is none of debug, info, warn, error, fatal/],
    [["completions", "tcsh"], /bash, zsh, fish, powershell/],
    [[], /seed, download, .*list/],
  ];
  for (const [args, says] of peer) {
    const ended = await runPeer(args);
    assertEquals([ended.code, ended.out], [64, ""], args.join(" "));
    assertMatch(ended.err.trimEnd(), says);
    assertEquals(ended.err.trimEnd().split("\n").length, 1, ended.err);
  }
  for (const args of [["run"], ["--port", "70000"], ["--classic-ttl", "0s"], ["--nothing"]]) {
    const ended = await runTracker(args);
    assertEquals([ended.code, ended.out], [64, ""], args.join(" "));
    assertMatch(ended.err, /^tracker: .* See: tracker --help\n$/);
  }
});

Deno.test("commands: help, version and completions say what they should and end with 0", async () => {
  const table: [string[], RegExp][] = [
    [["--version"], /^peer \d+\.\d+\.\d+\n$/],
    [["--help"], /seed[^]*download[^]*list/],
    [["help", "seed"], /--port[^]*peer seed/],
    [["recv", "--help"], /--sha256[^]*--force[^]*--stall-timeout/],
    [["completions", "bash"], /complete/],
    [["completions", "powershell"], /Register-ArgumentCompleter/],
  ];
  for (const [args, says] of table) {
    const ended = await runPeer(args);
    assertEquals([ended.code, ended.err], [0, ""], args.join(" "));
    assertMatch(ended.out, says);
    assert(!ended.out.includes("\x1b"), "no colours where there is no terminal");
  }
});

Deno.test("commands: a port that is taken ends a tracker and a seeder with 3", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/f`, CONTENT);
  const taken = ["--host", "127.0.0.1", "--port", String(tracker.port)];
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  for (
    const ended of [
      await runTracker(taken),
      await runPeer(["seed", `${folder.path}/f`, ...taken, ...at]),
      await runTracker(["--host", "192.0.2.1", "--port", "0"]),
    ]
  ) {
    assertEquals([ended.code, ended.out], [3, ""], ended.err);
    assertMatch(ended.err, /ERROR .*--port/);
  }
  assertEquals(await classicAsk(tracker.port, "GETPEERS f\n"), "\n", "nothing was registered");
});

Deno.test("commands: a seeder whose tracker is away ends with 9", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/f`, CONTENT);
  const away = `127.0.0.1:${deadPort()}`;
  const ended = await runPeer(["seed", `${folder.path}/f`, "--tracker", away]);
  assertEquals([ended.code, ended.out], [9, ""]);
  assertStringIncludes(ended.err, away);
});

Deno.test("commands: DEST is a folder, a file or absent, and every alias works", async () => {
  await using tracker = await startTracker();
  await using seeder = classicSeeder(CONTENT);
  await classicAsk(tracker.port, `REGISTER file.bin ${seeder.port}\n`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const table: [string, string[], string][] = [
    ["download", [], "file.bin"],
    ["get", ["folder"], "folder/file.bin"],
    ["receive", ["folder/"], "folder/file.bin"],
    ["recv", ["folder/other name"], "folder/other name"],
    ["get", ["./-dash"], "-dash"],
  ];
  for (const [command, dest, path] of table) {
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${folder.path}/folder`);
    const ended = await runPeer([command, "file.bin", ...dest, ...at], { cwd: folder.path });
    assertEquals(ended.code, 0, ended.err);
    assertEquals(await Deno.readFile(`${folder.path}/${path}`), CONTENT);
    assertStringIncludes(ended.out.split("\n")[0]!, path.split("/").at(-1)!);
  }
  const peers = await runPeer(["peers", "file.bin", ...at]);
  assertEquals([peers.code, peers.out], [0, `127.0.0.1:${seeder.port}\n`]);
});

Deno.test("commands: flags come from the environment, and the command line beats it", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/f`, CONTENT);
  const dead = `127.0.0.1:${deadPort()}`;
  const alive = `127.0.0.1:${tracker.port}`;
  const env = { MINI_TORRENT_TRACKER: `${dead},${alive}`, MINI_TORRENT_JSON: "1" };
  await using seeder = new Program("peer", ["send", `${folder.path}/f`], { env });
  const port = Number((await seeder.out(/"type":"share".*"port":(\d+)/))[1]);
  await seeder.log(/WARN .*cannot be used/);
  assertEquals((await classicDownload(port)).content, CONTENT);
  assertEquals(await classicAsk(tracker.port, "GETPEERS f\n"), `127.0.0.1:${port};\n`);
  const onlyDead = { MINI_TORRENT_TRACKER: dead };
  assertEquals((await runPeer(["list", "f"], { env: onlyDead })).code, 9);
  assertEquals((await runPeer(["list", "f", "--tracker", alive], { env: onlyDead })).code, 0);
  const wrong = await runPeer(["list", "f"], { env: { MINI_TORRENT_LOG_LEVEL: "loud" } });
  assertEquals(wrong.code, 64);
  assertStringIncludes(wrong.err, "MINI_TORRENT_LOG_LEVEL");
});

/** Why nothing can be tried over IPv6. */
function noIpv6(): string | undefined {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
  } catch {
    return "this machine has no IPv6";
  }
}

skippable("commands: everything works over IPv6, too", noIpv6(), async () => {
  await using folder = await temporaryFolder();
  await using tracker = new Program("tracker", ["--host", "::1", "--port", "0"]);
  const trackerPort = Number((await tracker.log(/listening on \[::1\]:(\d+)/))[1]);
  await Deno.writeFile(`${folder.path}/f`, CONTENT);
  const at = ["--tracker", `[::1]:${trackerPort}`];
  await using seeder = new Program("peer", ["seed", `${folder.path}/f`, "--host", "::1", ...at]);
  const port = (await seeder.out(/on port (\d+)/))[1];
  const answer = await exchange(trackerPort, ["GETPEERS f\n"], "::1");
  assertEquals(answer, `[::1]:${port};\n`);
  assertEquals((await runPeer(["list", "f", ...at])).out, `[::1]:${port}\n`);
  const ended = await runPeer(["get", "f", "copy", ...at], { cwd: folder.path });
  assertEquals(ended.code, 0, ended.err);
  assertEquals(namesIn(folder.path), ["copy", "f"]);
  assertEquals(await Deno.readFile(`${folder.path}/copy`), CONTENT);
});

Deno.test("commands: a tracker of all addresses serves IPv4, and tells where it listens", async () => {
  await using tracker = new Program("tracker", ["--port", "0", "--json"]);
  const [line] = await tracker.out(/^.*"type":"listening".*$/);
  const { v, port, addresses } = JSON.parse(line);
  assertEquals(v, 1);
  assert(addresses.includes(`0.0.0.0:${port}`), addresses.join());
  assertEquals(await classicAsk(port, "GETPEERS f\n"), "\n");
});

Deno.test("commands: several seeders of one file are all listed, whoever came when", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/f`, CONTENT);
  await using one = await startSeeder(`${folder.path}/f`, tracker.port);
  await using two = await startSeeder(`${folder.path}/f`, tracker.port);
  const listed = await runPeer(["list", "f", "--tracker", `127.0.0.1:${tracker.port}`]);
  const all = [one.port, two.port].map((port) => `127.0.0.1:${port}`);
  assertEquals(listed.out.trim().split("\n").sort(), all.sort());
});
