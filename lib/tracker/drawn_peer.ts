import type { PeerId } from "../base/ids.ts";
import { readHex } from "./hex_words.ts";
import type { SwarmPeer } from "./share_types.ts";

/** A peer as it is told to another. Few ask for its id, so it is made into text only then. */
export class DrawnPeer implements SwarmPeer {
  readonly host: string;
  readonly port: number;
  readonly seed: boolean;
  readonly classic: boolean;
  readonly #id: readonly [number, number, number, number, number];

  /** @param id The five words of the peer id. */
  constructor(
    { host, port, seed, classic }: Omit<SwarmPeer, "peerId">,
    id: readonly [number, number, number, number, number],
  ) {
    this.host = host;
    this.port = port;
    this.seed = seed;
    this.classic = classic;
    this.#id = id;
  }

  get peerId(): PeerId {
    return readHex(this.#id, 0, this.#id.length) as PeerId;
  }
}
