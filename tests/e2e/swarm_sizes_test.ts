/** Nothing, little, exactly a piece, many files, and a lot. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import {
  bytesOf,
  commandOf,
  namesIn,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";
import { assertSameFile, downloaded, startSeed, writeFiles } from "../support/swarm_programs.ts";

const NAMES = [
  "plain",
  "with spaces in it.txt",
  "naïve Ünïcödé.txt",
  "日本語.txt",
  "🎬 film.mkv",
  "it's & odd % #1.txt",
  "-dash",
  ".hidden",
];

Deno.test("swarm sizes: files of every small size, and names of every kind", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const block = 16 * 1024;
  const sizes = [0, 1, block - 1, block, block + 1, 2 * block, 100 * block];
  const files = Object.fromEntries([
    ...sizes.map((size) => [`size ${size}`, bytesOf(size, size)] as const),
    ...NAMES.map((name) => [name, bytesOf(40_000, name.length)] as const),
  ]);
  await writeFiles(path, files);
  await Deno.mkdir(`${path}/in`);
  const names = Object.keys(files);
  await using _seed = await startSeed(names.map((name) => `${path}/${name}`), ...at);
  const whats = names.map((name) => name.startsWith("-") ? undefined : name).filter((name) =>
    name !== undefined
  );
  const { last } = await downloaded([...at, "--to", `${path}/in`, ...whats]);
  await downloaded([
    ...at,
    "--to",
    `${path}/in`,
    "--",
    ...names.filter((name) => name.startsWith("-")),
  ]);
  assertEquals((last.downloads as unknown[]).length, whats.length);
  assertEquals(namesIn(`${path}/in`), names.toSorted());
  for (const [name, content] of Object.entries(files)) {
    await assertSameFile(`${path}/in/${name}`, content);
  }
});

Deno.test("swarm sizes: folders with nothing, with nothing but empty files, and of one piece", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const none = new Uint8Array();
  await writeFiles(path, {
    "Empty files/a": none,
    "Empty files/b/c": none,
    "Mixed/a": none,
    "Mixed/b": bytesOf(16 * 1024),
    "Mixed/c": none,
  });
  await Deno.mkdir(`${path}/Empty/inside`, { recursive: true });
  const folders = ["Empty", "Empty files", "Mixed"];
  await using _seed = await startSeed(folders.map((name) => `${path}/${name}`), ...at);
  await Deno.mkdir(`${path}/in`);
  await downloaded([...folders, "--to", `${path}/in`, ...at]);
  assertEquals(namesIn(`${path}/in`), folders);
  assertEquals(namesIn(`${path}/in/Empty files`), ["a", "b"]);
  assertEquals(Deno.statSync(`${path}/in/Empty files/b/c`).size, 0);
  await assertSameFile(`${path}/in/Mixed/b`, `${path}/Mixed/b`);
  assertEquals(namesIn(`${path}/in/Mixed`), ["a", "b", "c"]);
  assertEquals(namesIn(`${path}/in/Empty`), []);
});

Deno.test("swarm sizes: 10,000 small files", async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const all = bytesOf(10_000_000);
  const content = (n: number) => all.subarray(n * 997, n * 997 + 1 + n % 900);
  for (let part = 0; part < 100; part++) {
    await Deno.mkdir(`${path}/Many/${part}`, { recursive: true });
  }
  for (let n = 0; n < 10_000; n++) Deno.writeFileSync(`${path}/Many/${n % 100}/${n}`, content(n));
  await using _seed = await startSeed(`${path}/Many`, ...at);
  await Deno.mkdir(`${path}/in`);
  const { last } = await downloaded(["Many", `${path}/in`, ...at]);
  assertEquals(last.files, 10_000);
  for (let n = 0; n < 10_000; n++) {
    const there = Deno.readFileSync(`${path}/in/Many/${n % 100}/${n}`);
    if (!equal(there, content(n))) throw new Error(`file ${n} is not what was shared`);
  }
  assertEquals(namesIn(`${path}/in`), ["Many"]);
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

const LONG = Deno.env.get("MINI_TORRENT_LONG_TESTS") !== "1"
  ? "it takes minutes; MINI_TORRENT_LONG_TESTS=1 asks for it"
  : Deno.build.os !== "linux"
  ? "it reads /proc"
  : undefined;

skippable("swarm sizes: a sparse file of 20 GiB", LONG, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const at = ["--tracker", `127.0.0.1:${tracker.port}`];
  const size = 20 * 1024 ** 3;
  {
    using file = await Deno.open(`${path}/sparse`, { write: true, createNew: true });
    await file.truncate(size);
    await file.seek(size / 2, Deno.SeekMode.Start);
    await file.write(bytesOf(100_000));
  }
  const started = performance.now();
  await using stack = new AsyncDisposableStack();
  const seed = stack.use(new LongRun(["seed", `${path}/sparse`, ...at, "--json"]));
  await seed.told(/"type":"share"/);
  const hashed = performance.now();
  const peer = stack.use(new LongRun(["get", "sparse", `${path}/in`, ...at, "--json"]));
  await peer.told(/"type":"result"/);
  const ended = performance.now();
  const memory = [seed.mostMemory, peer.mostMemory];
  console.log(
    `hashed in ${Math.round(hashed - started)} ms, fetched in ${Math.round(ended - hashed)} ms, ` +
      `most memory ${memory.map(Math.round).join(" and ")} MiB`,
  );
  for (const mebibytes of memory) assert(mebibytes < 400, `${mebibytes} MiB`);
  using there = await Deno.open(`${path}/in`);
  assertEquals((await there.stat()).size, size);
  await there.seek(size / 2, Deno.SeekMode.Start);
  const middle = new Uint8Array(100_000);
  await there.read(middle);
  assert(equal(middle, bytesOf(100_000)));
});

/** A peer that may take longer than any other test has patience for. */
class LongRun implements AsyncDisposable {
  /** MiB that it ever had resident. */
  mostMemory = 0;
  readonly #child: Deno.ChildProcess;
  readonly #said: string[] = [];
  readonly #reading: Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  #woken = Promise.withResolvers<void>();
  #ended = false;

  constructor(args: readonly string[]) {
    const [command, before] = commandOf("peer");
    this.#child = new Deno.Command(command, {
      args: [...before, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
    this.#timer = setInterval(() => this.#look(), 500);
  }

  /** Waits for a line; those that nobody waits for are read, too, or it would wait for us. */
  async told(pattern: RegExp): Promise<void> {
    for (;;) {
      const line = this.#said.find((one) => pattern.test(one) || one.includes('"type":"error"'));
      if (line !== undefined) return assert(pattern.test(line), line);
      if (this.#ended) throw new Error(`it ended without ${pattern}`);
      await this.#woken.promise;
    }
  }

  async #read(): Promise<void> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (!line.includes('"type":"progress"')) this.#said.push(line);
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }

  #look(): void {
    try {
      const status = Deno.readTextFileSync(`/proc/${this.#child.pid}/status`);
      this.mostMemory = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024 ||
        this.mostMemory;
    } catch {
      // It has ended.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#reading;
  }
}
