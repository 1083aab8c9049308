/** Disks that are full, and places that nobody may write to. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import {
  bytesOf,
  namesIn,
  Program,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import {
  assertSameFile,
  download,
  readDownload,
  startSeed,
  writeFiles,
} from "../support/swarm_programs.ts";

const ROOT = Deno.build.os === "linux" && Deno.uid() === 0;

/** Why no small file system can be mounted here. */
async function noMounts(): Promise<string | undefined> {
  if (!ROOT) return "only root on Linux can mount a small file system";
  await using folder = await temporaryFolder();
  if (!await mount(folder.path)) return "no file system can be mounted here";
  await run("umount", folder.path);
}

function mount(path: string): Promise<boolean> {
  return run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", path);
}

async function run(command: string, ...args: string[]): Promise<boolean> {
  const output = await new Deno.Command(command, { args, stderr: "null" }).output().catch(() =>
    undefined
  );
  return output?.success ?? false;
}

skippable("swarm disk: a full one is waited for", await noMounts(), async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await using small = await temporaryFolder();
  const { path } = folder;
  const content = bytesOf(6_000_000);
  await writeFiles(path, { "Set/a": content, "Set/b": bytesOf(100_000) });
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using seed = await startSeed(`${path}/Set`, ...at);
  assert(await mount(small.path));
  try {
    await Deno.writeFile(`${small.path}/ballast`, new Uint8Array(5_000_000));
    await using peer = new Program("peer", ["get", "Set", small.path, ...at, "--json"]);
    await peer.log(/6\.1 MB are to be written and 3\.\d+ MB are free/);
    await peer.log(
      /cannot write ".*\/Set\/a\.part": the disk is full; make room.*tries again by itself/,
    );
    await peer.out(/"health":"disk"/);
    await Deno.remove(`${small.path}/ballast`);
    await peer.log(/the disk takes data again/);
    const { code, last, err } = readDownload(await peer.ended());
    assertEquals(code, 0, err);
    assertEquals(err.match(/the disk is full/g)?.length, 1, err);
    await assertSameFile(`${small.path}/Set/a`, content);
    assertEquals(namesIn(small.path), ["Set"]);
    assert(Number(last.downloaded) < 6_100_000 * 1.2, `${last.downloaded} bytes came`);
    assertEquals((await seed.stop())[0]!.completed, 1);
  } finally {
    await run("umount", small.path);
  }
});

skippable("swarm disk: a full one can be left, and gone on with", await noMounts(), async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await using small = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(6_000_000));
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed(`${path}/file`, ...at);
  assert(await mount(small.path));
  try {
    await Deno.writeFile(`${small.path}/ballast`, new Uint8Array(5_000_000));
    const args = ["get", "file", small.path, ...at, "--json"];
    {
      await using peer = new Program("peer", args);
      await peer.out(/"health":"disk"/);
      peer.signal("SIGINT");
      const { code, last } = readDownload(await peer.ended());
      assertEquals(code, 130);
      assertMatch(String(last.message), /[1-9]\d? % is kept; the same command goes on/);
    }
    await Deno.remove(`${small.path}/ballast`);
    await using peer = new Program("peer", args);
    const { code, err } = readDownload(await peer.ended());
    assertEquals(code, 0, err);
    assertStringIncludes(err, "Resuming at");
    await assertSameFile(`${small.path}/file`, `${path}/file`);
    assertEquals(namesIn(small.path), ["file"]);
  } finally {
    await run("umount", small.path);
  }
});

/** Makes a folder that nobody may write to, not even root. @returns What the system says of it. */
async function lock(path: string): Promise<string> {
  if (!ROOT) {
    await Deno.chmod(path, 0o555);
    return "permission denied";
  }
  assert(await mount(path) && await run("mount", "-o", "remount,ro", path));
  return "read-only file system";
}

const UNLOCKABLE = Deno.build.os === "windows"
  ? "Windows has other permissions"
  : ROOT
  ? await noMounts()
  : undefined;

skippable("swarm disk: a place without permission is named", UNLOCKABLE, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(100_000));
  await Deno.mkdir(`${path}/locked`);
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  await using _seed = await startSeed(`${path}/file`, ...at);
  const why = await lock(`${path}/locked`);
  try {
    const { code, last } = await download(["file", `${path}/locked`, ...at]);
    assertEquals([code, last.code], [8, "file_write"]);
    assertStringIncludes(String(last.message), `${path}/locked`);
    assertStringIncludes(String(last.message).toLowerCase(), why);
  } finally {
    if (ROOT) await run("umount", `${path}/locked`);
    else await Deno.chmod(`${path}/locked`, 0o755);
  }
});
