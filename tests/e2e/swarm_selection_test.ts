/** Parts of a torrent, in the order that is asked for, and to standard output. */
import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import {
  bytesOf,
  commandOf,
  namesIn,
  Program,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import {
  assertSameFile,
  download,
  downloaded,
  sha256Of,
  startSeed,
  writeFiles,
} from "../support/swarm_programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;

const FOLDER = {
  "Docs/a.pdf": bytesOf(200_001, 1),
  "Docs/b.txt": bytesOf(30_000, 2),
  "Docs/deep/c.pdf": bytesOf(90_000, 3),
  "Docs/deep/er/d.txt": bytesOf(5, 4),
};

Deno.test("swarm selection: globs and folders, and the rest with another pattern later", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await writeFiles(path, FOLDER);
  await Deno.mkdir(`${path}/in`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed(`${path}/Docs`, ...at);
  const there = (folder: string) =>
    Object.keys(FOLDER).filter((file) => {
      try {
        return Deno.statSync(`${path}/${folder}/${file}`).isFile;
      } catch {
        return false;
      }
    });
  const none = await download(["Docs", `${path}/in`, "--only", "*.jpg", ...at]);
  assertEquals([none.code, none.last.code], [11, "invalid_input"]);
  assertStringIncludes(String(none.last.message), "--only *.jpg fits none of its 4 files");
  assertEquals(namesIn(`${path}/in`), []);

  const pdfs = await downloaded(["Docs", `${path}/in`, "--only", "*.pdf", ...at]);
  assertEquals([pdfs.last.files, pdfs.last.size], [2, 290_001]);
  assertEquals(there("in"), ["Docs/a.pdf", "Docs/deep/c.pdf"]);
  const contents = pdfs.events.find(({ type }) => type === "contents")!;
  assertEquals(
    (contents.files as { path: string; wanted: boolean }[]).filter(({ wanted }) => wanted)
      .map(({ path }) => path),
    ["a.pdf", "deep/c.pdf"],
  );
  const more = await downloaded(["Docs", `${path}/in`, "--only", "deep", ...at]);
  assertEquals(there("in"), ["Docs/a.pdf", "Docs/deep/c.pdf", "Docs/deep/er/d.txt"]);
  assertEquals(more.last.downloaded, 5, "what is here is not fetched again");
  const rest = await downloaded(["Docs", `${path}/in`, ...at]);
  assertEquals(rest.last.downloaded, 30_000);
  for (const [file, content] of Object.entries(FOLDER)) {
    await assertSameFile(`${path}/in/${file}`, content);
  }
  assertEquals(namesIn(`${path}/in`), ["Docs"]);

  const { magnet } = await seed.share();
  await Deno.mkdir(`${path}/so`);
  await downloaded([`${magnet}&so=0,2-3`, `${path}/so`]);
  assertEquals(there("so"), ["Docs/a.pdf", "Docs/deep/c.pdf", "Docs/deep/er/d.txt"]);
});

/** Runs a download with its standard output piped. */
function piped(args: readonly string[]): Deno.ChildProcess {
  const [command, before] = commandOf("peer");
  return new Deno.Command(command, {
    args: [...before, "get", ...args, "--stdout"],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("swarm selection: --stdout writes one file in order while it arrives", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const big = bytesOf(12_000_000, 7);
  await writeFiles(path, { ...FOLDER, "big.bin": big });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _files = await startSeed(
    [`${path}/Docs`, `${path}/big.bin`],
    ...at,
    "--share-up-limit",
    "6MB",
  );
  {
    const child = piped(["big.bin", ...at]);
    const log = new Response(child.stderr).text();
    const out = await new Response(child.stdout).bytes();
    assertEquals((await child.status).code, 0, await log);
    assertEquals(out.length, big.length);
    assert(sha256Of(out) === sha256Of(big));
  }
  {
    // Whoever reads has enough after a while.
    const child = piped(["big.bin", ...at]);
    const log = new Response(child.stderr).text();
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const { code } = await child.status;
    assertEquals(code, 130, await log);
    assert(!/internal|report this|Uncaught/.test(await log), await log);
  }
  {
    const child = piped(["Docs", "--only", "deep/c.pdf", `${path}/kept.pdf`, ...at]);
    const [out, log] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).text(),
    ]);
    assertEquals((await child.status).code, 0, log);
    assert(sha256Of(out) === sha256Of(FOLDER["Docs/deep/c.pdf"]));
    await assertSameFile(`${path}/kept.pdf/deep/c.pdf`, FOLDER["Docs/deep/c.pdf"]);
  }
  {
    const child = piped(["Docs", ...at]);
    const [out, log] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).text(),
    ]);
    assertEquals([(await child.status).code, out.length], [11, 0], log);
    assertStringIncludes(log, "has 4 files, and only one can go to standard output");
  }
  const both = await download(["big.bin", "--stdout", ...at]);
  assertEquals([both.code, both.last.code], [64, "usage"]);
});

skippable(
  "swarm selection: the first bytes are written before the last ones are sent",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const content = bytesOf(12_000_000, 7);
    await Deno.writeFile(`${path}/film`, content);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using seed = await startSeed(`${path}/film`, ...at, "--up-limit", "1MB");
    const child = piped(["film", ...at]);
    const log = new Response(child.stderr).text();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of child.stdout) {
      if (chunks.length === 0) {
        seed.signal("SIGKILL");
        child.kill("SIGINT");
      }
      chunks.push(chunk);
    }
    assertEquals((await child.status).code, 130, await log);
    const out = await new Response(new Blob(chunks)).bytes();
    assert(out.length < content.length);
    assert(sha256Of(out) === sha256Of(content.subarray(0, out.length)));
  },
);

skippable("swarm selection: --sequential takes the pieces in their order", WINDOWS, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(6_000_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed(`${path}/file`, ...at, "--up-limit", "2MB");
  const args = ["get", "file", `${path}/in`, "--sequential", ...at, "--json"];
  await using peer = new Program("peer", args);
  await peer.out(/"phase":"receiving","received":[1-9]\d{5}/);
  peer.signal("SIGINT");
  assertEquals((await peer.ended()).code, 130);
  // Nothing was written far behind what had arrived.
  assert(Deno.statSync(`${path}/in.part`).size < 4_000_000);
  await downloaded(["file", `${path}/in`, "--sequential", ...at]);
  await assertSameFile(`${path}/in`, `${path}/file`);
});
