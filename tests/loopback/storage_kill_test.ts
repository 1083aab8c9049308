import { assert, assertEquals } from "jsr:@std/assert@1";
import { join } from "node:path";
import { chosenPackages, inRoot, packageFlags } from "../../scripts/packages.ts";
import { below } from "../../lib/base/random.ts";
import { seededTorrent } from "../support/disk_writer.ts";
import { namesIn, skippable, temporaryFolder } from "../support/programs.ts";
import { seededRandom } from "../support/seeded_random.ts";

/** How often a download is killed; MINI_TORRENT_KILLS asks for more. */
const KILLS = Number(Deno.env.get("MINI_TORRENT_KILLS") ?? 12);

const WINE = Deno.build.os === "windows"
  ? "a child that is killed there may leave files open"
  : undefined;

/** Runs the writer. @param kill After how many lines it is killed. @returns What it said. */
async function run(folder: string, seed: number, kill: number): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--quiet", ...packageFlags(chosenPackages())],
      ...[inRoot("tests/support/disk_writer.ts"), folder, `${seed}`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split("\n").length <= kill) continue;
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  await child.status;
  return text.split("\n").slice(0, -1);
}

skippable("storage: killed at any moment, it goes on, and ends right", WINE, async () => {
  await using folder = await temporaryFolder();
  let seed = 0;
  let there = new Set<string>();
  for (let kills = 0; kills < KILLS; kills++) {
    const lines = await run(folder.path, seed, below(seededRandom(kills), 70));
    assertEquals(lines.filter((line) => line.startsWith("wrong")), []);
    if (lines.includes("open")) {
      const found = new Set(lines.slice(0, lines.indexOf("open")));
      for (const line of there) assert(found.has(line), `${line} was lost`);
    }
    for (const line of lines) if (line.startsWith("there")) there.add(line);
    if (!lines.includes("whole")) continue;
    await checkEnd(folder.path, seed);
    await Deno.remove(join(folder.path, "torrent"), { recursive: true });
    seed++;
    there = new Set();
  }
  const lines = await run(folder.path, seed, Infinity);
  assertEquals(lines.at(-1), "whole");
  await checkEnd(folder.path, seed);
});

async function checkEnd(folder: string, seed: number): Promise<void> {
  const { info, contents } = seededTorrent(seed);
  for (const [file, { path }] of info.files.entries()) {
    assertEquals(await Deno.readFile(join(folder, "torrent", ...path)), contents[file]!);
  }
  assertEquals(namesIn(folder), ["torrent"]);
  assertEquals(namesIn(join(folder, "torrent")), ["a", "two"]);
  assertEquals(namesIn(join(folder, "torrent/a")), ["one"]);
}
