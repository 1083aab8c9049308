import { temporaryFolder } from "../../support/programs.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { Child, PATIENCE_MS } from "./child.ts";
import { Namespace } from "./namespace.ts";
import { TrackerStandIn } from "./tracker_stand_in.ts";
import { TransmissionRpc } from "./transmission_rpc.ts";
import { tooOldForHybrids, versionOf } from "./version.ts";

const RPC_PORT = 9091;
const PEER_PORT = 51413;
const POLL_MS = 200;

/** How Transmission takes part. */
export interface TransmissionOptions {
  /** Default: as it comes, both taken. */
  readonly encryption?: "off" | "prefer" | "require";
}

const ENCRYPTION = { off: 0, prefer: 1, require: 2 } as const;

const version = versionOf("transmission-daemon");

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

/** A process that carries one torrent at a time. */
class Transmission implements Agent {
  readonly #place: Namespace;
  readonly #options: TransmissionOptions;
  readonly #started = new AsyncDisposableStack();

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
    const url = tracker ?? this.#started.use(new TrackerStandIn(peers)).url;
    const settings = this.#started.use(await temporaryFolder());
    await Deno.writeTextFile(`${settings.path}/settings.json`, JSON.stringify(this.#settings()));
    const [command, ...args] = this.#place.command(
      "transmission-daemon",
      "--foreground",
      "--log-debug",
      `--config-dir=${settings.path}`,
    );
    const child = this.#started.use(new Child(command, args));
    const rpc = new TransmissionRpc(`http://${inside}:${RPC_PORT}/transmission/rpc`, child);
    await rpc.ready();
    const id = await rpc.add(what, folder, url.replace("127.0.0.1", outside));
    await rpc.announce(id);
    const done = this.#finished(rpc, id, child);
    done.catch(() => {});
    return Object.assign(child, { address: { host: inside, port: PEER_PORT }, done });
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

  #settings() {
    return {
      "rpc-enabled": true,
      "rpc-port": RPC_PORT,
      "rpc-bind-address": "0.0.0.0",
      "rpc-authentication-required": false,
      "rpc-whitelist-enabled": false,
      "rpc-host-whitelist-enabled": false,
      "peer-port": PEER_PORT,
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
