import { assert, assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { statfsSync } from "node:fs";
import { classicAsk, classicSeeder } from "../support/originals.ts";
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

const GIB = 1024 ** 3;
const MOST_MEMORY_MIB = 150;
const LINUX = Deno.build.os === "linux" ? undefined : "it reads /proc";

async function tooLittleRoom(): Promise<string | undefined> {
  if (LINUX) return LINUX;
  await using folder = await temporaryFolder();
  const { bavail, bsize } = statfsSync(folder.path);
  return bavail * bsize < 8 * GIB ? "there are less than 8 GiB free for it" : undefined;
}

/** The most memory that a process ever had resident, MiB. */
async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
}

skippable(
  "resources: 5 GiB pass through both peers in constant memory",
  await tooLittleRoom(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const size = 5 * GIB;
    {
      using file = await Deno.open(`${folder.path}/sparse`, { write: true, createNew: true });
      await file.truncate(size);
      await file.seek(size - 5, Deno.SeekMode.Start);
      await file.write(new TextEncoder().encode("tail."));
    }
    const args = ["seed", `${folder.path}/sparse`, "--tracker", `127.0.0.1:${tracker.port}`];
    await using hashing = new Program("peer", [...args, "--json"]);
    await hashing.out(/"phase":"hashing","received":[1-9]/);
    hashing.signal("SIGINT");
    assertEquals((await hashing.ended()).code, 130, "stopped before it shared anything");
    await using seeder = await startSeeder(`${folder.path}/sparse`, tracker.port);
    await Deno.mkdir(`${folder.path}/in`);
    const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
    const get = ["get", "sparse", `${folder.path}/in`, "--classic", ...at];
    await using peer = new Program("peer", get);
    await peer.out(/"phase":"receiving","received":5[0-9]{9}/);
    const memory = [await peakMemory(seeder.pid), await peakMemory(peer.pid)];
    const ended = await peer.ended();
    assertEquals(ended.code, 0, ended.err);
    assertEquals((await Deno.stat(`${folder.path}/in/sparse`)).size, size);
    const [sent] = await seeder.out(/SHA-256 [0-9a-f]{64}/);
    assertStringIncludes(sent, JSON.parse(ended.out.trim().split("\n").at(-1)!).sha256);
    for (const mebibytes of memory) assert(mebibytes < MOST_MEMORY_MIB, `${mebibytes} MiB`);
  },
);

/** Why no small file system can be mounted here. */
async function noMounts(): Promise<string | undefined> {
  if (LINUX) return "it mounts a tmpfs";
  if (Deno.uid() !== 0) return "only root can mount a small file system";
  await using folder = await temporaryFolder();
  if (!await mount(folder.path)) return "no file system can be mounted here";
  await run("umount", folder.path);
}

function mount(path: string): Promise<boolean> {
  return run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", path);
}

async function run(command: string, ...args: string[]): Promise<boolean> {
  const output = await new Deno.Command(command, { args, stderr: "null" }).output().catch(() =>
    undefined
  );
  return output?.success ?? false;
}

skippable(
  "resources: a full disk ends a download with 8, a clear message and nothing left",
  await noMounts(),
  async () => {
    await using folder = await temporaryFolder();
    assert(await mount(folder.path));
    try {
      await using tracker = await startTracker();
      await using seeder = classicSeeder(bytesOf(32_000_000));
      await classicAsk(tracker.port, `REGISTER file ${seeder.port}\n`);
      const at = ["--tracker", `127.0.0.1:${tracker.port}`];
      const ended = await runPeer(["get", "file", `${folder.path}/`, ...at]);
      assertEquals(ended.code, 8, ended.err);
      assertStringIncludes(ended.err, "the disk is full");
      assertStringIncludes(ended.err, folder.path);
      assertStringIncludes(ended.err, "Nothing is kept");
      assertEquals(namesIn(folder.path), []);
    } finally {
      await run("umount", folder.path);
    }
  },
);
