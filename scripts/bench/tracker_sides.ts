/** Trackers that are measured side by side, and the loads that are put on them. */
import { TRACKERS } from "../../tests/interop/support/trackers.ts";
import { inRoot } from "../packages.ts";
import type { CrowdOptions } from "./load/crowd.ts";
import type { LoadOptions, LoadResult } from "./load/load.ts";
import { hashOf } from "./load/requests.ts";
import { start } from "./program.ts";

/** A tracker that runs. */
export interface BenchTracker extends AsyncDisposable {
  readonly pid: number;
  /** Of HTTP and UDP. */
  readonly port: number;
  /** Of the line protocol, if it speaks it. */
  readonly linePort?: number;
}

/** One of the programs. */
export interface TrackerSide {
  readonly name: string;
  start(): Promise<BenchTracker>;
}

/** Limits that are not what is measured: everybody comes from one machine. */
const WIDE = ["--max-connections", "19900", "--max-connections-per-address", "19900"];

/** Starts ours. */
export async function startOurs(...flags: string[]): Promise<BenchTracker> {
  const where = ["--host", "127.0.0.1", "--port", "0", "--http-port", "0"];
  const rates = ["--announce-rate", "1000000", "--announce-burst", "1000000"];
  const program = start("tracker", ...where, ...WIDE, ...rates, ...flags);
  const { port, http_port } = await program.line("listening");
  return Object.assign(program, { port: Number(http_port), linePort: Number(port) });
}

/** Ours, and those of others that are installed. */
export function trackerSides(swarms: number): TrackerSide[] {
  const hashes = Array.from({ length: swarms }, (_, swarm) => hashOf(swarm));
  const others = TRACKERS.flatMap((program) => {
    const missing = program.missing();
    if (missing === undefined) return [{ name: program.name, start: () => program.start(hashes) }];
    console.log(`${program.name} is left out: ${missing}`);
    return [];
  });
  return [{ name: "ours", start: () => startOurs() }, ...others];
}

/** What a load came to. */
export interface Measured extends LoadResult {
  /** Announces a second that were served; refused ones are none. */
  readonly perSecond: number;
  /** Microseconds of the processor that the tracker took for each. */
  readonly processorEach: number;
}

/** Puts a load on a tracker. */
export async function load(tracker: BenchTracker, options: LoadOptions): Promise<Measured> {
  await using process = new Lines("load.ts", options);
  await process.line();
  const before = processorSeconds(tracker.pid);
  const result = JSON.parse(await process.line()) as LoadResult;
  const used = processorSeconds(tracker.pid) - before;
  const served = result.answers - result.errors;
  return {
    ...result,
    perSecond: served / result.seconds,
    processorEach: used / Math.max(1, served) * 1e6,
  };
}

/** Has a crowd stand in a tracker's way until it is disposed of. */
export async function crowd(options: CrowdOptions): Promise<AsyncDisposable> {
  const process = new Lines("crowd.ts", options);
  await process.line();
  return process;
}

/** Seconds of the processor that a process took so far, its threads together. */
export function processorSeconds(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A process of the load, and what it writes. */
class Lines implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(script: string, options: object) {
    const file = inRoot(`scripts/bench/load/${script}`);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", file, JSON.stringify(options)],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const decoder = new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>;
    this.#reader = this.#child.stdout.pipeThrough(decoder).getReader();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("the load ended before it was done");
      this.#text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#reader.cancel();
    await this.#child.status;
  }
}
