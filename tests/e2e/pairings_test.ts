import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import {
  classicDownload,
  classicSeeder,
  classicSum,
  classicTracker,
} from "../support/originals.ts";
import { classicAsk } from "../support/originals.ts";
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

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const CONTENT = bytesOf(3_000_000);

Deno.test("pairings: tracker, seeder and downloader of ours", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a file.bin`, CONTENT);
  await using seeder = await startSeeder(`${folder.path}/a file.bin`, tracker.port);
  await seeder.out(new RegExp(`SHA-256 ${sha256(CONTENT)}`));
  await Deno.mkdir(`${folder.path}/in`);
  const at = `127.0.0.1:${tracker.port}`;
  const args = ["get", "a file.bin", `${folder.path}/in`, "--tracker", at];
  const proofs = [["--classic", "weak"], ["--force", "Every block agreed with its SHA-256"]];
  for (const [flag, proof] of proofs) {
    const ended = await runPeer([...args, flag!]);
    assertEquals(ended.code, 0, ended.err);
    assertStringIncludes(ended.out, sha256(CONTENT));
    assertStringIncludes(ended.out, proof!);
    assertEquals(namesIn(`${folder.path}/in`), ["a file.bin"]);
    assertEquals(await Deno.readFile(`${folder.path}/in/a file.bin`), CONTENT);
    await Deno.remove(`${folder.path}/in/a file.bin`);
  }
  const listed = await runPeer(["list", "a file.bin", "--tracker", at]);
  assertEquals(listed.out, `127.0.0.1:${seeder.port}\n`);
});

Deno.test("pairings: our seeder and the original tracker and downloader", async () => {
  await using tracker = classicTracker();
  await using folder = await temporaryFolder();
  for (const [name, length] of [["big.bin", 3_000_000], ["tiny", 10], ["none", 0]] as const) {
    const content = bytesOf(length);
    await Deno.writeFile(`${folder.path}/${name}`, content);
    await using seeder = await startSeeder(`${folder.path}/${name}`, tracker.port);
    const reply = await classicAsk(tracker.port, `GETPEERS ${name}\n`);
    assertEquals(reply, `127.0.0.1:${seeder.port};\n`);
    const got = await classicDownload(seeder.port);
    assertEquals(got.size, length);
    assertEquals(got.checksum, classicSum(content));
    assert(sha256(got.content) === sha256(content));
  }
});

Deno.test("pairings: the original seeder and tracker, and our downloader", async () => {
  await using tracker = classicTracker();
  await using folder = await temporaryFolder();
  for (const length of [0, 1, 1023, 1024, 1_000_001]) {
    const content = bytesOf(length);
    await using seeder = classicSeeder(content);
    await classicAsk(tracker.port, `REGISTER file-${length} ${seeder.port}\n`);
    const at = `127.0.0.1:${tracker.port}`;
    const ended = await runPeer(["get", `file-${length}`, `${folder.path}/`, "--tracker", at]);
    assertEquals(ended.code, 0, ended.err);
    assert(sha256(await Deno.readFile(`${folder.path}/file-${length}`)) === sha256(content));
    assertEquals(seeder.connections, 1, "a seeder of the original is dialled once");
  }
});

Deno.test("pairings: 200 original downloaders at once from one seeder", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const content = bytesOf(2_000_000);
  await Deno.writeFile(`${folder.path}/file.bin`, content);
  await using seeder = await startSeeder(`${folder.path}/file.bin`, tracker.port);
  const sum = sha256(content);
  const downloads = Array.from({ length: 200 }, () => classicDownload(seeder.port));
  const sums = (await Promise.all(downloads)).map((got) => sha256(got.content));
  assertEquals(new Set(sums), new Set([sum]));
});

Deno.test("pairings: more downloaders than --max-connections wait for their turn", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/file.bin`, CONTENT);
  const limit = ["--max-connections", "2"];
  await using seeder = await startSeeder(`${folder.path}/file.bin`, tracker.port, ...limit);
  const downloads = Array.from({ length: 12 }, () => classicDownload(seeder.port));
  for (const got of await Promise.all(downloads)) assertEquals(got.content.length, CONTENT.length);
});

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;

skippable(
  "pairings: several files, each on a port of its own, stopped by SIGINT with 0",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(`${folder.path}/one.txt`, "one");
    await Deno.writeTextFile(`${folder.path}/two.txt`, "two");
    const files = [`${folder.path}/one.txt`, `${folder.path}/two.txt`];
    const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
    await using seeder = new Program("peer", ["share", ...files, ...at]);
    const [one, two] = [
      await seeder.out(/one\.txt.*"port":(\d+)/),
      await seeder.out(/two\.txt.*"port":(\d+)/),
    ];
    assertEquals((await classicDownload(Number(one[1]))).content, new TextEncoder().encode("one"));
    assertEquals((await classicDownload(Number(two[1]))).content, new TextEncoder().encode("two"));
    seeder.signal("SIGINT");
    const ended = await seeder.ended();
    assertEquals(ended.code, 0);
    assertMatch(ended.out.trim().split("\n").at(-1)!, /^\{"v":1,"type":"result"/);
  },
);
