import { PEER, type PeerSlab } from "./peer_slab.ts";

const PORT = 0xffff;

/** Who was looked up last, so that it need not be looked up again at once. */
export class LastPeer {
  readonly #slab: PeerSlab;
  #slot = 0;
  #host = "";

  constructor(slab: PeerSlab) {
    this.#slab = slab;
  }

  note(slot: number, host: string): void {
    this.#slot = slot;
    this.#host = host;
  }

  /** A slot is given back. */
  forget(slot: number): void {
    if (slot === this.#slot) this.note(0, "");
  }

  /** Its slot if that is who is meant, else 0. */
  find(swarm: number, host: string, port: number): number {
    const slot = this.#slot;
    const is = slot !== 0 && host === this.#host && this.#slab.get(slot, PEER.swarm) === swarm &&
      (this.#slab.get(slot, PEER.port) & PORT) === port;
    return is ? slot : 0;
  }
}
