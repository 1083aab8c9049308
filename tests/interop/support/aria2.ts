import { temporaryFolder } from "../../support/programs.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { Child } from "./child.ts";
import { freePort } from "./free_port.ts";
import { tool } from "./tool.ts";
import { TrackerStandIn } from "./tracker_stand_in.ts";
import { tooOldForHybrids, versionOf } from "./version.ts";

const COMMAND = tool("aria2c");

const version = versionOf(COMMAND);

/** aria2 knows BitTorrent v1 only, and is told of peers by a tracker only. */
export const aria2: Program = {
  name: "aria2",
  habits: { padding: true },
  missing: () => version ? undefined : "aria2c is not installed",
  // It loses the empty keys of a file tree, and with them the info-hash.
  ...tooOldForHybrids("aria2", version, [1, 37]),
  open: () => Promise.resolve(new Aria2()),
};

/** Each torrent is carried by a process of its own. */
class Aria2 implements Agent {
  readonly #started = new AsyncDisposableStack();

  async seed({ torrent, folder, tracker }: SeedOptions): Promise<Download> {
    const running = await this.#start(torrent, folder, ["--check-integrity=true"], tracker, []);
    await running.done;
    return running;
  }

  async download({ what, into, peers, tracker }: DownloadOptions): Promise<Download> {
    return await this.#start(what, into, [], tracker, peers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  async #start(
    what: string,
    folder: string,
    flags: readonly string[],
    tracker: string | undefined,
    peers: readonly Address[],
  ): Promise<Download> {
    const place = this.#started.use(await temporaryFolder());
    const url = tracker ?? this.#started.use(new TrackerStandIn(peers)).url;
    const port = freePort();
    const child = this.#started.use(
      new Child(COMMAND, [
        "--no-conf",
        "--no-netrc",
        "--check-certificate=false",
        "--disable-ipv6",
        // Without its DHT it asks no UDP tracker; it knows nobody to enter the DHT by.
        `--enable-dht=${url.startsWith("udp:")}`,
        `--dht-listen-port=${freePort()}`,
        `--dht-file-path=${place.path}/dht.dat`,
        "--enable-dht6=false",
        "--bt-enable-lpd=false",
        "--bt-exclude-tracker=*",
        `--bt-tracker=${url}`,
        `--listen-port=${port}`,
        "--seed-ratio=0.0",
        "--file-allocation=none",
        `--dir=${folder}`,
        "--summary-interval=0",
        "--console-log-level=notice",
        "--enable-color=false",
        "--on-bt-download-complete=echo",
        ...flags,
        what,
      ], { cwd: place.path }),
    );
    // What echo is handed: the download's id, how many files, and the first one's path.
    const done = child.line(/^[0-9a-f]{16} \d+ \//).then(() => {});
    done.catch(() => {});
    await child.line(/listening on TCP port/);
    return Object.assign(child, { address: { host: "127.0.0.1", port }, done });
  }
}
