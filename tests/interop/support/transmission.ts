import { temporaryFolder } from "../../support/programs.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { Child, PATIENCE_MS } from "./child.ts";
import { Namespace } from "./namespace.ts";
import { TrackerStandIn } from "./tracker_stand_in.ts";
import { TransmissionRpc } from "./transmission_rpc.ts";
import { withTracker } from "./with_tracker.ts";
import { tooOldForHybrids, versionOf } from "./version.ts";
import { tool } from "./tool.ts";

/** Nobody else is in the namespace, so these are free. */
const FIRST_RPC_PORT = 9091;
const FIRST_PEER_PORT = 51413;
const POLL_MS = 200;

/** How Transmission takes part. */
export interface TransmissionOptions {
  /** Default: as it comes, both taken. */
  readonly encryption?: "off" | "prefer" | "require";
}

const ENCRYPTION = { off: 0, prefer: 1, require: 2 } as const;

const COMMAND = tool("transmission-daemon");

const version = versionOf(COMMAND);

/**
 * Transmission knows BitTorrent v1 only, is told of peers by a tracker only, and never dials
 * loopback: it runs in a network namespace of its own.
 */
export function transmission(options: TransmissionOptions = {}): Program {
  return {
    name: "Transmission",
    habits: { padding: true },
    missing: () => version ? Namespace.missing() : "transmission-daemon is not installed",
    // It takes the file for broken, because of the empty keys of a file tree.
    ...tooOldForHybrids("Transmission", version, [4, 0]),
    open: async () => new Transmission(await Namespace.open(), options),
  };
}

/** Each torrent is carried by a process of its own. */
class Transmission implements Agent {
  readonly #place: Namespace;
  readonly #options: TransmissionOptions;
  readonly #started = new AsyncDisposableStack();
  #processes = 0;

  constructor(place: Namespace, options: TransmissionOptions) {
    this.#options = options;
    this.#place = this.#started.use(place);
  }

  async seed({ torrent, folder, tracker }: SeedOptions): Promise<Download> {
    const seed = await this.#start(torrent, folder, tracker, []);
    await seed.done;
    return seed;
  }

  async download({ what, into, peers, tracker }: DownloadOptions): Promise<Download> {
    return await this.#start(what, into, tracker, peers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  async #start(
    what: string,
    folder: string,
    tracker: string | undefined,
    peers: readonly Address[],
  ): Promise<Download> {
    const { inside, outside } = this.#place;
    const ports = {
      rpc: FIRST_RPC_PORT + this.#processes,
      peer: FIRST_PEER_PORT + this.#processes,
    };
    this.#processes++;
    const url = tracker ?? this.#started.use(new TrackerStandIn(peers)).url;
    const settings = this.#started.use(await temporaryFolder());
    await Deno.writeTextFile(
      `${settings.path}/settings.json`,
      JSON.stringify(this.#settings(ports)),
    );
    const [command, ...args] = this.#place.command(
      COMMAND,
      "--foreground",
      "--log-debug",
      `--config-dir=${settings.path}`,
    );
    const child = this.#started.use(new Child(command, args));
    const rpc = new TransmissionRpc(`http://${inside}:${ports.rpc}/transmission/rpc`, child);
    await rpc.ready();
    const announce = url.replace("127.0.0.1", outside);
    // A tracker that is added to a running torrent is asked, but not listened to (4.1.0-beta.2).
    const id = await rpc.add(await withTracker(what, announce, settings.path), folder);
    const done = this.#finished(rpc, id, child);
    done.catch(() => {});
    return Object.assign(child, { address: { host: inside, port: ports.peer }, done });
  }

  async #finished(rpc: TransmissionRpc, id: number, child: Child): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { left, state } = await rpc.progress(id);
      if (left === 0 && state === "seeding") return;
      if (performance.now() > deadline) throw new Error(`${left} bytes are left\n${child.log}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #settings(ports: { readonly rpc: number; readonly peer: number }) {
    return {
      "rpc-enabled": true,
      "rpc-port": ports.rpc,
      "rpc-bind-address": "0.0.0.0",
      "rpc-authentication-required": false,
      "rpc-whitelist-enabled": false,
      "rpc-host-whitelist-enabled": false,
      "peer-port": ports.peer,
      "dht-enabled": false,
      "lpd-enabled": false,
      "utp-enabled": false,
      "port-forwarding-enabled": false,
      "download-queue-enabled": false,
      "seed-queue-enabled": false,
      "ratio-limit-enabled": false,
      "rename-partial-files": false,
      "preallocation": 0,
      "cache-size-mb": 0,
      "encryption": ENCRYPTION[this.#options.encryption ?? "prefer"],
    };
  }
}
