import { addressGroup, addressKind } from "../base/ip.ts";
import type { PexPeer } from "../wire/peer_message.ts";
import type { SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import { MAX_BANS, MAX_CONNECTIONS, MAX_PER_ADDRESS } from "./defaults.ts";
import type { CloseCode } from "./errors.ts";
import { PeerBook } from "./peer_book.ts";
import { isLoopback, type Peer } from "./peer_state.ts";
import { Pex } from "./pex.ts";
import type { Address, AddressSource, ConnectedPeer } from "./types.ts";

/**
 * Whom the swarm meets: whom it dials, whom it keeps when they come, whom it never meets again, and
 * of whom it tells others.
 *
 * Invariants: no two peers that are connected have the same id; at most as many are connected, in
 * all and from one address, as the options say; nobody that is banned is.
 */
export class Meetings {
  readonly #context: SwarmContext;
  readonly book: PeerBook;
  readonly pex: Pex;
  readonly #bannedIds = new Set<string>();
  readonly #most: number;

  constructor(context: SwarmContext) {
    const { options, now } = context;
    this.#context = context;
    this.#most = options.maxConnections ?? MAX_CONNECTIONS;
    const maxPerAddress = options.maxPerAddress ?? MAX_PER_ADDRESS;
    const limits = { maxConnections: this.#most, maxPerAddress };
    this.book = new PeerBook(limits, options.random, now);
    this.book.addOwn(options.ownAddresses ?? []);
    this.pex = new Pex(context);
  }

  /** Takes a connection, or turns it away. @returns Whether it is to be kept. */
  admit(info: ConnectedPeer): boolean {
    if (info.dialled) this.book.connected(info.dialled, { dialled: true });
    const refusal = this.#refusal(info);
    if (!refusal) return true;
    const [code, reason] = refusal;
    this.#context.emit({ kind: "close", peer: info.key, code, reason });
    if (!info.dialled) return false;
    if (code === "self") this.book.forget(info.dialled);
    else this.book.left(info.dialled, { seed: false, now: this.#context.now });
    return false;
  }

  /** Why a connection is not to be kept; closes another if that is the one too many. */
  #refusal(info: ConnectedPeer): [CloseCode, string] | undefined {
    const { options, peers } = this.#context;
    if (info.id === options.ownId) return ["self", "it is us"];
    if (this.book.isBanned(info.host) || this.#bannedIds.has(info.id)) {
      return ["banned", "it sent wrong data before"];
    }
    for (const other of peers.values()) {
      if (other.info.id !== info.id) continue;
      if (!this.#isBetter(info, other)) return ["duplicate", "it is connected already"];
      this.#context.close(other, "duplicate", "it is connected twice");
      break;
    }
    if (peers.size >= this.#most) return ["full", `${peers.size} peers are connected`];
    const group = addressGroup(info.host);
    if (!this.book.fits(group, this.#groups(), info.host)) {
      return ["full", `enough peers are connected from ${info.host}`];
    }
    return undefined;
  }

  /** When both ends dialled, both keep what the end with the smaller id dialled. */
  #isBetter(info: ConnectedPeer, other: Peer): boolean {
    const dialled = info.dialled !== undefined;
    if (dialled === (other.info.dialled !== undefined)) return false;
    return (this.#context.options.ownId < info.id) === dialled;
  }

  /** A connection has ended. */
  left(peer: Peer): void {
    const { address } = peer;
    if (address) this.book.left(address, { seed: peer.isSeed, now: this.#context.now });
    this.pex.left(peer);
  }

  /** A peer told where it listens. */
  listens(peer: Peer): void {
    if (peer.info.dialled || !peer.address) return;
    this.book.add(peer.address, "incoming", true);
    this.book.connected(peer.address, { dialled: false });
  }

  /** A peer told of others. */
  told(peer: Peer, added: readonly PexPeer[]): void {
    const { addresses, local } = this.pex.received(peer, added);
    this.candidates(addresses, "pex", local);
  }

  /** Peers that may be dialled; some of them are, now. */
  candidates(addresses: readonly Address[], source: AddressSource, local: boolean): void {
    for (const address of addresses) this.book.add(address, source, local);
    this.dial();
  }

  /** Nobody from there is met again; on this machine itself, peers are told apart by their ids. */
  condemn({ host, id }: Contributor, reason: string): void {
    const byId = isLoopback(host);
    if (byId) {
      this.#banId(id);
    } else if (!this.book.isBanned(host)) {
      this.book.ban(host);
      this.#context.emit({ kind: "ban", host, reason });
    }
    for (const peer of [...this.#context.peers.values()]) {
      const isGuilty = byId ? peer.info.id === id : peer.info.host === host;
      if (isGuilty) this.#context.close(peer, "false_data", reason);
    }
  }

  /** Dials as many as may be dialled now. */
  dial(): void {
    if (this.book.size === 0) return;
    const { peers, now, isComplete } = this.#context;
    const groups = this.#groups();
    const terms = { now, connected: peers.size, groups, seeding: isComplete };
    for (const address of this.book.dial(terms)) this.#context.emit({ kind: "dial", address });
  }

  #banId(id: string): void {
    this.#bannedIds.add(id);
    for (const oldest of this.#bannedIds) {
      if (this.#bannedIds.size <= MAX_BANS) break;
      this.#bannedIds.delete(oldest);
    }
  }

  #groups(): Map<string, number> {
    const groups = new Map<string, number>();
    for (const { info } of this.#context.peers.values()) {
      if (addressKind(info.host) === "loopback") continue;
      const group = addressGroup(info.host);
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    return groups;
  }
}
