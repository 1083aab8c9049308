import { addressKind } from "../base/ip.ts";
import type { PexPeer } from "../wire/peer_message.ts";
import type { SwarmContext } from "./context.ts";
import { PEX_INTERVAL, PEX_LEAST_INTERVAL, PEX_MOST, PEX_TAKEN } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";
import type { Address } from "./types.ts";

/** BEP 11, "flags". */
const SEED = 0x02;
const REACHABLE = 0x10;

/** What one peer was told of, and when; milliseconds. */
interface Told {
  readonly peers: Map<string, PexPeer>;
  sentAt: number;
  receivedAt: number;
}

/**
 * Tells peers of each other (BEP 11), except for private torrents (BEP 27).
 *
 * Invariants: at most one message a minute to a peer, with at most 50 peers added and 50 dropped; a
 * peer is told only of those that are connected now, and that they are not, once they are not.
 */
export class Pex {
  readonly #context: SwarmContext;
  readonly #told = new Map<Peer, Told>();

  constructor(context: SwarmContext) {
    this.#context = context;
  }

  /** Whether peers may be told of each other; not before it is known that it is allowed. */
  get #isAllowed(): boolean {
    return this.#context.content?.torrent.private === false;
  }

  /** Sends what is due; to be called about once a second. */
  send(): void {
    if (!this.#isAllowed) return;
    let connected: Map<string, PexPeer> | undefined;
    for (const peer of this.#context.peers.values()) {
      if (!peer.extensions.has("ut_pex")) continue;
      const told = this.#of(peer);
      if (this.#context.now - told.sentAt < PEX_INTERVAL) continue;
      connected ??= this.#connected();
      this.#tell(peer, told, connected);
    }
  }

  /** Addresses out of a peer's message that may be taken on; none when it may not tell any. */
  received(peer: Peer, added: readonly PexPeer[]): { addresses: Address[]; local: boolean } {
    const told = this.#of(peer);
    const tooSoon = this.#context.now - told.receivedAt < PEX_LEAST_INTERVAL;
    if (tooSoon || this.#context.content?.torrent.private) return { addresses: [], local: false };
    told.receivedAt = this.#context.now;
    const kind = addressKind(peer.info.host);
    const hosts = new Set<string>();
    const addresses: Address[] = [];
    for (const { host, port } of added) {
      if (addresses.length >= PEX_TAKEN) break;
      // Many ports of one host are rather somebody's victim than somebody's peers.
      if (kind !== "loopback" && hosts.has(host)) continue;
      hosts.add(host);
      addresses.push({ host, port });
    }
    return { addresses, local: kind === "loopback" || kind === "private" };
  }

  left(peer: Peer): void {
    this.#told.delete(peer);
  }

  #of(peer: Peer): Told {
    let told = this.#told.get(peer);
    if (!told) {
      // Not at once: by then there is somebody to tell of.
      const sentAt = this.#context.now - PEX_INTERVAL + 5000;
      this.#told.set(peer, told = { peers: new Map(), sentAt, receivedAt: -Infinity });
    }
    return told;
  }

  #tell(peer: Peer, told: Told, connected: ReadonlyMap<string, PexPeer>): void {
    const added: PexPeer[] = [];
    const dropped: PexPeer[] = [];
    const own = peer.address && textOf(peer.address);
    for (const [text, other] of connected) {
      if (added.length < PEX_MOST && text !== own && !told.peers.has(text)) added.push(other);
    }
    for (const [text, other] of told.peers) {
      if (dropped.length < PEX_MOST && !connected.has(text)) dropped.push(other);
    }
    if (added.length === 0 && dropped.length === 0) return;
    for (const other of added) told.peers.set(textOf(other), other);
    for (const other of dropped) told.peers.delete(textOf(other));
    told.sentAt = this.#context.now;
    this.#context.send(peer, { kind: "pex", added, dropped });
  }

  #connected(): Map<string, PexPeer> {
    const peers = new Map<string, PexPeer>();
    for (const peer of this.#context.peers.values()) {
      const { address } = peer;
      if (!address) continue;
      const flags = (peer.takesNothing ? SEED : 0) | (peer.info.dialled ? REACHABLE : 0);
      peers.set(textOf(address), { host: address.host, port: address.port, flags });
    }
    return peers;
  }
}

function textOf({ host, port }: Address): string {
  return `${host} ${port}`;
}
