import { temporaryFolder } from "../../support/programs.ts";
import { Child, PATIENCE_MS, succeeds } from "./child.ts";
import { freePort } from "./free_port.ts";

/** A tracker that runs until it is disposed of; HTTP and UDP on one port of loopback. */
export interface RunningTracker extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** A tracker that others made. */
export interface TrackerProgram {
  readonly name: string;
  /** Why it cannot be used here. */
  missing(): string | undefined;
  /** @param hashes The only info-hashes that it will be asked for. */
  start(hashes: readonly string[]): Promise<RunningTracker>;
}

/** Debian's takes those torrents only that a list names. */
const opentracker: TrackerProgram = {
  name: "opentracker",
  missing: () => succeeds("sh", "-c", "command -v opentracker") ? undefined : "it is not installed",
  async start(hashes) {
    const started = new AsyncDisposableStack();
    const { path } = started.use(await temporaryFolder());
    await Deno.writeTextFile(`${path}/whitelist`, hashes.map((hash) => `${hash}\n`).join(""));
    // It gives up its rights before it reads the list.
    await Deno.chmod(path, 0o755);
    const port = freePort();
    const ports = ["-i", "127.0.0.1", "-p", `${port}`, "-P", `${port}`];
    const { pid } = started.use(
      new Child("opentracker", [...ports, "-d", path, "-w", "whitelist"]),
    );
    await listens(port);
    return Object.assign(started, { port, pid });
  },
};

const FOLDER = Deno.env.get("MINI_TORRENT_WEBTORRENT");

/** The npm package; it comes with WebTorrent. */
const bittorrentTracker: TrackerProgram = {
  name: "bittorrent-tracker",
  missing() {
    if (!FOLDER) return "MINI_TORRENT_WEBTORRENT names no folder with it";
    const there = succeeds("node", scriptIn(FOLDER), "--help");
    return there ? undefined : `node cannot run it from ${FOLDER}`;
  },
  async start() {
    const port = freePort();
    const child = new Child("node", [
      scriptIn(FOLDER!),
      "--http",
      "--udp",
      `--port=${port}`,
      "--http-hostname=127.0.0.1",
      "--udp-hostname=127.0.0.1",
    ]);
    await child.line(/UDP tracker:/);
    return Object.assign(child, { port });
  },
};

export const TRACKERS: readonly TrackerProgram[] = [opentracker, bittorrentTracker];

function scriptIn(folder: string): string {
  return `${folder}/node_modules/bittorrent-tracker/bin/cmd.js`;
}

async function listens(port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
