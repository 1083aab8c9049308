/** Our peer as a seed and as a downloader of swarms, with its JSON read. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { type Ended, Program, runPeer, type StartOptions } from "./programs.ts";

/** An object of the JSON output. */
export type Json = Readonly<Record<string, unknown>>;

/** The share of a seed, as it told of it. */
export interface SeedShare extends Json {
  readonly name: string;
  readonly port: number;
  readonly v1: string;
  readonly v2: string;
  readonly magnet: string;
  readonly sha256?: string;
  readonly uploaded: number;
  readonly problem?: string;
}

/** A peer that seeds; resolves when all that it was given is shared. */
export async function startSeed(
  paths: string | readonly string[],
  ...args: string[]
): Promise<Seed> {
  const all = [paths].flat();
  const seed = new Seed(["seed", ...all, ...args, "--json"]);
  await seed.share(all.length - 1);
  return seed;
}

/** A seed while it runs. */
export class Seed extends Program {
  constructor(args: readonly string[], options?: StartOptions) {
    super("peer", args, options);
  }

  /** One of its shares, as it was told of first. */
  async share(index = 0): Promise<SeedShare> {
    // Each is told of in turn before any is told of again.
    const seen = new Set<unknown>();
    const found = await this.out(
      {
        exec: (line: string) => {
          if (!line.includes('"type":"share"')) return null;
          seen.add(JSON.parse(line).port);
          return seen.size > index ? [line] : null;
        },
      } as unknown as RegExp,
    );
    return JSON.parse(found[0]);
  }

  /** Waits until a share told of itself has something about it. */
  async told(wanted: (share: SeedShare) => boolean): Promise<SeedShare> {
    const found = await this.out(
      {
        exec: (line: string) =>
          line.includes('"type":"share"') && wanted(JSON.parse(line)) ? [line] : null,
      } as unknown as RegExp,
    );
    return JSON.parse(found[0]);
  }

  /** Stops it, and tells of its shares at the end. */
  async stop(): Promise<SeedShare[]> {
    this.signal("SIGINT");
    const ended = await this.ended();
    assertEquals(ended.code, 0, ended.err);
    return objectsIn(ended.out).at(-1)!.shares as SeedShare[];
  }
}

/** A download that has ended. */
export interface Downloaded extends Ended {
  readonly events: readonly Json[];
  /** The last object: the result, or the error. */
  readonly last: Json;
}

/** Downloads with `--json` to the end, whatever that is. */
export async function download(
  args: readonly string[],
  options?: StartOptions,
): Promise<Downloaded> {
  return readDownload(await runPeer(["get", "--json", ...args], options));
}

/** Downloads something that is there, wherefore it must succeed. */
export async function downloaded(
  args: readonly string[],
  options?: StartOptions,
): Promise<Downloaded> {
  const done = await download(args, options);
  assertEquals(done.code, 0, `${args.join(" ")}\n${done.err}\n${done.out}`);
  assertEquals(done.last.type, "result");
  return done;
}

/** What a download that ended has told. */
export function readDownload(ended: Ended): Downloaded {
  const events = objectsIn(ended.out);
  const ends = events.filter(({ type }) => type === "result" || type === "error");
  assertEquals(ends.length, 1, "one result or error, at the end");
  return { ...ended, events, last: events.at(-1)! };
}

/** The objects of a JSON output. */
export function objectsIn(out: string): Json[] {
  return out.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Asserts that two files are the same, without printing them. */
export async function assertSameFile(path: string, content: Uint8Array | string): Promise<void> {
  const expected = typeof content === "string" ? await Deno.readFile(content) : content;
  const there = await Deno.readFile(path);
  assertEquals(there.length, expected.length, path);
  assert(sha256Of(there) === sha256Of(expected), `${path} is not what was shared`);
}

/** SHA-256 in lower-case hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A magnet link with the trackers taken out. */
export function withoutTrackers(magnet: string): string {
  return magnet.replace(/&tr=[^&]*/g, "");
}

/** Writes files by their paths below a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const at = path.lastIndexOf("/");
    if (at > 0) await Deno.mkdir(`${folder}/${path.slice(0, at)}`, { recursive: true });
    await Deno.writeFile(`${folder}/${path}`, content);
  }
}
