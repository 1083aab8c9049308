/** Swarms of one seed and many downloaders that know each other from the start. */
import { FakeTorrent } from "./fake_torrent.ts";
import { Network, type NetworkOptions } from "./network.ts";
import type { Node, NodeOptions } from "./node.ts";

export const MB = 1_000_000;
export const MiB = 2 ** 20;

/** Seeds of chance for each scenario; MINI_TORRENT_SIMULATIONS runs more. */
export const CHANCES = Array.from(
  { length: Math.max(1, Math.ceil(Number(Deno.env.get("MINI_TORRENT_SIMULATIONS") ?? 100) / 50)) },
  (_, at) => at + 1,
);

/** What a swarm is like. Rates are bytes a second. */
export interface GroupOptions {
  readonly chance: number;
  readonly size: number;
  readonly pieceLength: number;
  readonly v1?: boolean;
  readonly downloaders: number;
  readonly seed?: Partial<NodeOptions>;
  readonly downloader?: Partial<NodeOptions>;
  /** Programs beside these. */
  readonly others?: readonly NodeOptions[];
  readonly network?: Partial<NetworkOptions>;
}

/** See above. */
export class Group {
  readonly network: Network;
  readonly torrent: FakeTorrent;
  readonly seed: Node;
  readonly downloaders: readonly Node[];
  readonly others: readonly Node[];
  readonly #options: GroupOptions;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.torrent = new FakeTorrent(options.size, options.pieceLength, options.v1);
    this.network = new Network({
      seed: options.chance,
      torrent: this.torrent,
      delay: [5, 80],
      holdUp: 0.001,
      ...options.network,
    });
    this.seed = this.network.add({ up: MB, down: MB, have: "all", ...options.seed });
    const node: NodeOptions = { up: MB, down: 5 * MB, ...options.downloader };
    this.downloaders = Array.from({ length: options.downloaders }, () => this.network.add(node));
    this.others = (options.others ?? []).map((other) => this.network.add(other));
  }

  /** Tells every downloader of all others, as a tracker does. */
  introduce(): void {
    const addresses = this.network.nodes.map((node) => node.address);
    for (const node of [...this.downloaders, ...this.others]) {
      this.network.after(0, () =>
        node.take({
          kind: "candidates",
          source: "tracker",
          addresses: addresses.filter(({ host }) => host !== node.host),
          local: true,
        }));
    }
  }

  /** Lets time pass until every downloader is done. @param most Virtual milliseconds. */
  finish(most = 3_600_000): void {
    this.network.run(most, () => this.downloaders.every((node) => node.completedAt !== undefined));
  }

  /** When the downloaders were done, the first one first; milliseconds, infinite for never. */
  get finishes(): number[] {
    return this.downloaders.map((node) => node.completedAt ?? Infinity).sort((a, b) => a - b);
  }

  /**
   * Milliseconds that no swarm can do it faster in, whatever it does: the seed has to send
   * everything once, each downloader has to take in everything, and all uplinks together have to
   * send everything to every downloader.
   */
  get ideal(): number {
    const { size } = this.torrent;
    const up = this.seed.options.up +
      this.downloaders.reduce((sum, node) => sum + node.options.up, 0);
    const slowest = Math.min(...this.downloaders.map((node) => node.options.down));
    const all = this.#options.downloaders * size;
    return 1000 * Math.max(size / this.seed.options.up, size / slowest, all / up);
  }
}
