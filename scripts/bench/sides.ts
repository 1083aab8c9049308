/** Programs that are measured side by side: each seeds a torrent, and downloads it from peers. */
import { libtorrent } from "../../tests/interop/support/libtorrent.ts";
import { webtorrent } from "../../tests/interop/support/webtorrent.ts";
import type { Address, Agent, Program } from "../../tests/interop/support/agent.ts";
import { peakMemory, start } from "./program.ts";

/** A seed that runs. */
export interface BenchSeed extends AsyncDisposable {
  readonly address: Address;
  readonly pid?: number;
}

/** What a download came to. */
export interface BenchDownload {
  readonly seconds: number;
  /** MiB, where that is known. */
  readonly memory?: number;
}

/** One of the programs. */
export interface Side {
  readonly name: string;
  /** @param limit Bytes a second that it sends at most. */
  seed(path: string, torrent: string, limit?: number): Promise<BenchSeed>;
  /** From the moment that the program knows what and from whom, until all is proven and written. */
  download(torrent: string, into: string, from: readonly Address[]): Promise<BenchDownload>;
}

/** Ours; the torrent is written by the first seed. */
export function ours(tracker: string): Side {
  return {
    name: "ours",
    async seed(path, torrent, limit) {
      const program = start(
        "peer",
        ...["seed", path, "--tracker", tracker, "--torrent-out", torrent, "--force"],
        ...limit === undefined ? [] : ["--up-limit", String(limit)],
      );
      const { port } = await program.line("share");
      return Object.assign(program, { address: { host: "127.0.0.1", port: Number(port) } });
    },
    async download(torrent, into, from) {
      const peers = from.flatMap(({ host, port }) => ["--from", `${host}:${port}`]);
      await using program = start("peer", "download", torrent, `${into}/`, ...peers);
      const done = await program.line("complete", "error");
      if (done.type === "error") throw new Error(String(done.message));
      return { seconds: Number(done.elapsedMs) / 1000, memory: peakMemory(program.pid) };
    },
  };
}

/** Those of others that are installed. */
export function others(): Side[] {
  const sides: [Program, (limit?: number) => Program][] = [
    [libtorrent(), (limit) => libtorrent(limit === undefined ? {} : { uploadLimit: limit })],
    [webtorrent, () => webtorrent],
  ];
  return sides.flatMap(([program, withLimit]) => {
    const missing = program.missing();
    if (missing === undefined) return [side(program.name, withLimit)];
    console.log(`${program.name} is left out: ${missing}`);
    return [];
  });
}

function side(name: string, program: (limit?: number) => Program): Side {
  return {
    name,
    async seed(path, torrent, limit) {
      const agent = await program(limit).open();
      const seed = await agent.seed({ torrent, folder: path.replace(/\/[^/]*$/, "") });
      return ended(agent, seed.address);
    },
    async download(torrent, into, from) {
      await using agent = await program().open();
      const began = performance.now();
      const download = await agent.download({ what: torrent, into, peers: from });
      await download.done;
      return { seconds: (performance.now() - began) / 1000 };
    },
  };
}

function ended(agent: Agent, address: Address): BenchSeed {
  return { address, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() };
}
