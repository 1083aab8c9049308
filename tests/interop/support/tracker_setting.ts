import { assertEquals } from "jsr:@std/assert@1";
import type { TrackerOptions } from "../../../lib/app/types.ts";
import { trackerHere } from "../../support/in_process.ts";
import { NO_IPV6 } from "../../support/no_ipv6.ts";
import { skippable, temporaryFolder } from "../../support/programs.ts";
import { PATIENCE_MS } from "./child.ts";
import { NO_CLIENTS, type TrackerClient, TrackerClients } from "./tracker_clients.ts";

/** Two shares. Where hashes are no UTF-8, the client does not find them in answers to scrapes. */
export const HASH = "4c".repeat(20);
export const OTHER_HASH = "6f".repeat(20);

const PEER_IDS = ["01234567890123456789", "12345678901234567890", "23456789012345678901"];

/** A door of the tracker, and why it cannot be tried here. */
interface Door {
  readonly name: "http" | "udp";
  readonly host: string;
  readonly missing: string | undefined;
}

const DOORS: readonly Door[] = [
  { name: "http", host: "127.0.0.1", missing: NO_CLIENTS },
  { name: "udp", host: "127.0.0.1", missing: NO_CLIENTS },
  { name: "http", host: "[::1]", missing: NO_CLIENTS ?? NO_IPV6 },
];

/** A tracker and clients of bittorrent-tracker at one of its doors. */
export class TrackerSetting implements AsyncDisposable {
  readonly clients = new TrackerClients();
  /** Where the clients announce. */
  readonly announce: string;
  /** The address that the tracker sees of them. */
  readonly address: string;
  readonly #tracker: Awaited<ReturnType<typeof trackerHere>>;
  readonly #base: string;

  constructor(tracker: Awaited<ReturnType<typeof trackerHere>>, { name, host }: Door) {
    this.#tracker = tracker;
    this.#base = `${host}:${tracker.httpPort}`;
    this.address = host;
    this.announce = `${name}://${this.#base}/announce`;
  }

  /** Peers that the tracker knows. */
  get peers(): number {
    return this.#tracker.snapshot().peers;
  }

  /** A client of the first share, unless `more` says something else: the first, second or third. */
  client(number: 1 | 2 | 3, more: Readonly<Record<string, unknown>> = {}): Promise<TrackerClient> {
    const peerId = [...PEER_IDS[number - 1]!].map((c) => c.charCodeAt(0).toString(16)).join("");
    const announce = [this.announce];
    return this.clients.open({ infoHash: HASH, announce, peerId, port: 6880 + number, ...more });
  }

  /** Asks the HTTP door. */
  get(path: string): Promise<Response> {
    return fetch(`http://${this.#base}${path}`);
  }

  /** Waits until the tracker knows so many peers. */
  async becomes(peers: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (this.peers !== peers && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assertEquals(this.peers, peers);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.clients[Symbol.asyncDispose]();
  }
}

/** Registers a case for each door, or for one of them. */
export function cases(
  what: string,
  run: (setting: TrackerSetting) => Promise<void>,
  { only, options }: CaseOptions = {},
): void {
  for (const door of DOORS) {
    if (only !== undefined && door.name !== only) continue;
    const name = `interop: bittorrent-tracker's cases over ${door.name} at ${door.host}: ${what}`;
    skippable(name, door.missing, async () => {
      await using folder = await temporaryFolder();
      const given = await options?.(folder.path);
      const rates = { announceRate: 1_000_000, announceBurst: 1_000_000 };
      await using tracker = await trackerHere({ host: undefined, httpPort: 0, ...rates, ...given });
      await using setting = new TrackerSetting(tracker, door);
      await run(setting);
    });
  }
}

/** What a case needs. */
export interface CaseOptions {
  /** The only door that it can be asked at. */
  readonly only?: "http" | "udp";
  /** Settings of the tracker; `folder` is the case's own. */
  readonly options?: (folder: string) => Promise<Partial<TrackerOptions>>;
}
