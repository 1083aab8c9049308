/**
 * Records docs/terminal.svg: the real programs in two real terminals, one that shares and one that fetches.
 *
 *     deno run -A scripts/picture.ts
 *
 * Needs tmux and bash. MINI_TORRENT_BIN_DIR: a folder of compiled programs; absent: they run from source.
 */
import { join } from "node:path";
import { chosenPackages, inRoot, packageFlags } from "./packages.ts";
import { drawRecordings, type Recording } from "./picture/svg.ts";
import { type Look, Terminal } from "./picture/terminal.ts";
import { BackgroundProgram } from "./program.ts";

const COLUMNS = 92;
const ROWS = { sharer: 11, fetcher: 13 };
const FOLDER = "Holiday";
/** What is shared, in bytes: random, so that nothing makes it smaller on its way. */
const FILES = {
  "film.mp4": 640_000_000,
  "photos/beach.jpg": 8_400_000,
  "photos/boat.jpg": 7_900_000,
  "where.txt": 1_200,
};
/** Pauses of the programs and the typist are cut to this. */
const LONGEST_PAUSE_MS = 1_200;
const LOOK_MS = 80;
const HOLD_MS = 5_000;

async function main(): Promise<number> {
  const home = await Deno.makeTempDir({ prefix: "p-" });
  try {
    await Deno.writeTextFile(inRoot("docs/terminal.svg"), await record(home));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  console.error("picture: docs/terminal.svg");
  return 0;
}

async function record(home: string): Promise<string> {
  const [alice, bob, bin] = ["alice", "bob", "bin"].map((name) => join(home, name));
  for (const folder of [alice!, bob!, bin!]) await Deno.mkdir(folder);
  await writeProgram(bin!);
  await Deno.mkdir(join(alice!, FOLDER, "photos"), { recursive: true });
  for (const [path, bytes] of Object.entries(FILES)) {
    await writeNoise(join(alice!, FOLDER, path), bytes);
  }
  await using tracker = new BackgroundProgram("tracker", ["--port", "0"], join(home, "log"));
  const { port } = await tracker.message("listening");
  const env = {
    PATH: `${bin}:${Deno.env.get("PATH")}`,
    MINI_TORRENT_TRACKER: `127.0.0.1:${port}`,
  };
  const size = { columns: COLUMNS, env };
  await using sharer = await Terminal.open({ ...size, rows: ROWS.sharer, cwd: alice! });
  await using fetcher = await Terminal.open({ ...size, rows: ROWS.fetcher, cwd: bob! });
  const camera = new Camera([sharer, fetcher]);
  await sharer.types(`peer seed ${FOLDER}`);
  await sharer.sees(/^sharing/m);
  await camera.pause(900);
  await fetcher.types(`peer download ${FOLDER}`);
  await fetcher.sees(/info-hash names\.\s+\$/);
  await camera.pause(900);
  const [one, other] = await camera.stop();
  await sharer.presses("C-c");
  await sharer.sees(/\$\s*$/);
  return drawRecordings([
    { title: "Alice shares a folder", columns: COLUMNS, rows: ROWS.sharer, looks: one! },
    { title: "Bob fetches it by its name", columns: COLUMNS, rows: ROWS.fetcher, looks: other! },
  ], HOLD_MS);
}

/** Looks at terminals again and again. */
class Camera {
  readonly #terminals: readonly Terminal[];
  readonly #looks: (Look & { at: number })[][];
  readonly #done: Promise<void>;
  #running = true;

  constructor(terminals: readonly Terminal[]) {
    this.#terminals = terminals;
    this.#looks = terminals.map(() => []);
    this.#done = this.#run();
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** @returns What each terminal showed. */
  async stop(): Promise<readonly Recording["looks"][]> {
    this.#running = false;
    await this.#done;
    return this.#looks;
  }

  async #run(): Promise<void> {
    let at = 0;
    let changed = 0;
    let before = "";
    for (let last = performance.now(); this.#running;) {
      const looks = await Promise.all(this.#terminals.map((terminal) => terminal.look()));
      const now = performance.now();
      const text = JSON.stringify(looks);
      const passed = now - last;
      last = now;
      if (at === 0 || text !== before) changed = 0;
      // Time stands still in a pause that is too long.
      if (changed <= LONGEST_PAUSE_MS) at += passed;
      changed += passed;
      before = text;
      looks.forEach((look, index) => this.#looks[index]!.push({ ...look, at }));
      await this.pause(LOOK_MS);
    }
  }
}

/** A `peer` for the shell to find. */
async function writeProgram(bin: string): Promise<void> {
  const folder = Deno.env.get("MINI_TORRENT_BIN_DIR");
  const words = folder ? [join(folder, "peer")] : [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    ...packageFlags(chosenPackages()),
    inRoot("peer.ts"),
  ];
  const command = words.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(join(bin, "peer"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}

async function writeNoise(path: string, bytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const block = new Uint8Array(1 << 20);
  for (let at = 0; at < block.length; at += 65_536) {
    crypto.getRandomValues(block.subarray(at, at + 65_536));
  }
  for (let left = bytes; left > 0; left -= block.length) {
    await file.write(left < block.length ? block.subarray(0, left) : block);
  }
}

if (import.meta.main) Deno.exit(await main());
