import { addressGroup, addressKind } from "../base/ip.ts";
import { encodeCompactAddress } from "../wire/compact_address.ts";
import { OUR_EXTENSIONS } from "../wire/extensions.ts";
import type { PexPeer } from "../wire/peer_message.ts";
import { type Content, SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import {
  CHOKE_INTERVAL,
  HOUSEKEEPING,
  IDLE_LIMIT,
  IDLE_LIMIT_INTERESTING,
  KEEP_ALIVE_AFTER,
  MAX_BANS,
  MAX_CONNECTIONS,
  MAX_PER_ADDRESS,
  MAX_QUEUED_REQUESTS,
} from "./defaults.ts";
import { type CloseCode, SwarmError } from "./errors.ts";
import { Messages } from "./messages.ts";
import { MetadataExchange } from "./metadata_exchange.ts";
import { PeerBook } from "./peer_book.ts";
import { isLoopback, Peer } from "./peer_state.ts";
import { Pex } from "./pex.ts";
import { contentOf, Sharing } from "./sharing.ts";
import { snapshotOf, type SwarmSnapshot } from "./snapshot.ts";
import type { ConnectedPeer, SwarmInput, SwarmOptions, SwarmOutput } from "./types.ts";

type Verified = Extract<SwarmInput, { readonly kind: "metadata_verified" }>;

/**
 * One torrent's swarm: what happens goes in, what is to be done comes out (BEP 3, 6, 9, 10, 11, 21,
 * 27, 52, 54). It touches nothing else; the same inputs and the same chance give the same outputs.
 *
 * Invariants: a peer that was closed is unknown from then on, and what still comes of it is passed
 * over; as long as there is anybody to wait for, a `wake` is out.
 */
export class Swarm {
  readonly #context: SwarmContext;
  readonly #book: PeerBook;
  readonly #metadata: MetadataExchange;
  readonly #messages: Messages;
  readonly #pex: Pex;
  readonly #bannedIds = new Set<string>();
  #sharing?: Sharing;
  #checkedAt: number;
  #chokedAt: number;
  #wakeAt?: number;
  #uploadOnly = false;

  /** @param now Monotonic milliseconds. @throws {SwarmError} `wrong_length`. */
  constructor(options: SwarmOptions, now: number) {
    const context = this.#context = new SwarmContext(options, now);
    this.#checkedAt = this.#chokedAt = now;
    this.#book = new PeerBook(
      {
        maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
        maxPerAddress: options.maxPerAddress ?? MAX_PER_ADDRESS,
      },
      options.random,
      now,
    );
    this.#book.addOwn(options.ownAddresses ?? []);
    const condemn = (contributor: Contributor, reason: string) =>
      this.#condemn(contributor, reason);
    this.#metadata = new MetadataExchange(context, condemn);
    this.#pex = new Pex(context);
    const { torrent, have, wanted } = options;
    if (torrent) this.#share(contentOf(torrent, have, wanted));
    const sharing = () => this.#sharing;
    this.#messages = new Messages(context, {
      get sharing() {
        return sharing();
      },
      metadata: this.#metadata,
      listens: (peer) => this.#listens(peer),
      pex: (peer, { added }) => this.#pexArrived(peer, added),
      reconsider: (peer) => this.#reconsider(peer),
    });
    context.gone = (peer) => this.#gone(peer);
    this.#uploadOnly = context.isComplete;
  }

  /**
   * Takes what happened.
   *
   * @param now Monotonic milliseconds, never less than before.
   * @returns What is to be done, in this order.
   * @throws {SwarmError} `peer_twice`, `wrong_length`: the caller's mistakes.
   */
  handle(input: SwarmInput, now: number): SwarmOutput[] {
    const context = this.#context;
    context.now = Math.max(now, context.now);
    switch (input.kind) {
      case "message": {
        const peer = context.peers.get(input.peer);
        if (peer) this.#messages.handle(peer, input.message);
        break;
      }
      case "served": {
        const peer = context.peers.get(input.peer);
        if (peer) this.#sharing?.uploads.served(peer, input.request, input.ok);
        break;
      }
      case "connected":
        this.#connected(input.peer);
        break;
      case "left": {
        const peer = context.peers.get(input.peer);
        if (peer) context.forget(peer);
        this.#dial();
        break;
      }
      case "served_hashes": {
        const peer = context.peers.get(input.peer);
        if (peer) this.#sharing?.hashesServed(peer, input.request, input.hashes);
        break;
      }
      case "proven":
        this.#sharing?.verdicts.proven(input);
        break;
      case "metadata_verified":
        this.#metadataVerified(input);
        break;
      case "candidates": {
        const local = input.local ?? input.source === "person";
        for (const address of input.addresses) this.#book.add(address, input.source, local);
        this.#dial();
        break;
      }
      case "dial_failed":
        this.#book.dialFailed(input.address, context.now);
        this.#dial();
        break;
      case "own_addresses":
        this.#book.addOwn(input.addresses);
        break;
      case "want":
        this.#sharing?.want(input.pieces);
        break;
      case "order":
        this.#sharing?.setSequential(input.sequential);
        break;
      case "lost":
        this.#sharing?.lost(input.piece);
        break;
      case "tick":
        this.#tick();
        break;
      default:
        input satisfies never;
    }
    if (context.isComplete !== this.#uploadOnly) this.#completionChanged();
    this.#scheduleWake();
    const { out } = context;
    context.out = [];
    return out;
  }

  /** How the swarm does now. */
  snapshot(now: number): SwarmSnapshot {
    const sharing = this.#sharing;
    const parts = { metadata: this.#metadata, book: this.#book, ...sharing && { sharing } };
    return snapshotOf(this.#context, parts, Math.max(now, this.#context.now));
  }

  #share(content: Content): void {
    this.#context.content = content;
    this.#sharing = new Sharing(
      this.#context,
      content,
      (contributor, reason) => this.#condemn(contributor, reason),
    );
  }

  #connected(info: ConnectedPeer): void {
    const context = this.#context;
    if (context.peers.has(info.key)) {
      throw new SwarmError("peer_twice", `peer ${info.key} is connected already`);
    }
    if (info.dialled) this.#book.connected(info.dialled, { dialled: true });
    const refusal = this.#refusal(info);
    if (refusal) {
      context.emit({ kind: "close", peer: info.key, code: refusal[0], reason: refusal[1] });
      if (!info.dialled) return;
      if (refusal[0] === "self") this.#book.forget(info.dialled);
      else this.#book.left(info.dialled, { seed: false, now: context.now });
      return;
    }
    const peer = new Peer(info, context.now);
    context.peers.set(peer.key, peer);
    if (this.#sharing) this.#sharing.welcome(peer);
    else if (info.fast) context.send(peer, { kind: "have_none" });
    this.#introduce(peer);
    this.#sharing?.spread.review();
    this.#sharing?.allowFast(peer);
  }

  /** Why a connection is not to be kept; closes another if that is the one too many. */
  #refusal(info: ConnectedPeer): [CloseCode, string] | undefined {
    const { options, peers } = this.#context;
    if (info.id === options.ownId) return ["self", "it is us"];
    if (this.#book.isBanned(info.host) || this.#bannedIds.has(info.id)) {
      return ["banned", "it sent wrong data before"];
    }
    for (const other of peers.values()) {
      if (other.info.id !== info.id) continue;
      if (!this.#isBetter(info, other)) return ["duplicate", "it is connected already"];
      this.#context.close(other, "duplicate", "it is connected twice");
      break;
    }
    if (peers.size >= (options.maxConnections ?? MAX_CONNECTIONS)) {
      return ["full", `${peers.size} peers are connected`];
    }
    const group = addressGroup(info.host);
    if (!this.#book.fits(group, this.#groups(), info.host)) {
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

  /** Says who we are (BEP 10), as far as the other end can hear it. */
  #introduce(peer: Peer): void {
    if (!peer.info.extended) return;
    const { options, content, isComplete } = this.#context;
    const extensions = new Map(OUR_EXTENSIONS);
    if (content?.torrent.private) extensions.delete("ut_pex");
    const yourIp = encodeCompactAddress({ host: peer.info.host, port: 0 })?.subarray(0, -2);
    this.#context.send(peer, {
      kind: "extension_handshake",
      extensions,
      queue: MAX_QUEUED_REQUESTS,
      ...options.client !== undefined && { client: options.client },
      ...options.port !== undefined && { port: options.port },
      ...content && { metadataSize: content.torrent.metadata.length },
      ...isComplete && { uploadOnly: true },
      ...yourIp && { yourIp },
    });
  }

  #metadataVerified(input: Verified): void {
    if (this.#sharing) return;
    if (!input.ok) {
      this.#metadata.failed();
      return;
    }
    this.#share(contentOf(input.torrent, input.have, input.wanted));
    const sharing = this.#sharing!;
    const peers = [...this.#context.peers.values()];
    for (const peer of peers) {
      this.#introduce(peer);
      if (!sharing.catchUp(peer)) {
        this.#context.close(
          peer,
          "bad_bitfield",
          "it told of pieces that the torrent does not have",
        );
      }
    }
    sharing.hashes.ask();
    sharing.downloads.refillAll();
    sharing.spread.review();
    sharing.slots.fill();
    if (this.#context.isComplete) this.#context.emit({ kind: "complete" });
    for (const peer of peers) this.#reconsider(peer);
  }

  /** The download became complete, or is no more. */
  #completionChanged(): void {
    this.#uploadOnly = this.#context.isComplete;
    for (const peer of [...this.#context.peers.values()]) {
      if (peer.extensions.has("upload_only")) {
        this.#context.send(peer, { kind: "upload_only", value: this.#uploadOnly });
      }
      this.#reconsider(peer);
    }
    this.#sharing?.spread.review();
  }

  /** Two that both only upload have nothing to say to each other. */
  #reconsider(peer: Peer): void {
    if (this.#context.isComplete && peer.takesNothing && !peer.closed) {
      this.#context.close(peer, "no_use", "neither side wants anything of the other");
    }
  }

  #gone(peer: Peer): void {
    const { address } = peer;
    if (address) this.#book.left(address, { seed: peer.isSeed, now: this.#context.now });
    this.#metadata.left(peer);
    this.#pex.left(peer);
    this.#sharing?.left(peer);
  }

  #listens(peer: Peer): void {
    if (peer.info.dialled || !peer.address) return;
    this.#book.add(peer.address, "incoming", true);
    this.#book.connected(peer.address, { dialled: false });
  }

  #pexArrived(peer: Peer, added: readonly PexPeer[]): void {
    const { addresses, local } = this.#pex.received(peer, added);
    for (const address of addresses) this.#book.add(address, "pex", local);
    this.#dial();
  }

  /** Nobody from there is met again; on this machine itself, peers are told apart by their ids. */
  #condemn({ host, id }: Contributor, reason: string): void {
    const byId = isLoopback(host);
    if (byId) {
      this.#bannedIds.add(id);
      for (const oldest of this.#bannedIds) {
        if (this.#bannedIds.size <= MAX_BANS) break;
        this.#bannedIds.delete(oldest);
      }
    } else if (!this.#book.isBanned(host)) {
      this.#book.ban(host);
      this.#context.emit({ kind: "ban", host, reason });
    }
    for (const peer of [...this.#context.peers.values()]) {
      const isGuilty = byId ? peer.info.id === id : peer.info.host === host;
      if (isGuilty) this.#context.close(peer, "false_data", reason);
    }
  }

  #tick(): void {
    const { now } = this.#context;
    this.#wakeAt = undefined;
    if (now - this.#checkedAt >= HOUSEKEEPING) {
      this.#checkedAt = now;
      this.#checkSilence();
      this.#metadata.checkTimeouts();
      this.#sharing?.tick();
      this.#pex.send();
    }
    if (now - this.#chokedAt >= CHOKE_INTERVAL) {
      this.#chokedAt = now;
      this.#sharing?.slots.choose();
    }
    this.#dial();
  }

  #checkSilence(): void {
    const { now } = this.#context;
    for (const peer of [...this.#context.peers.values()]) {
      const wanted = peer.amInterested || peer.interested;
      const silence = now - peer.lastReceived;
      if (silence >= (wanted ? IDLE_LIMIT_INTERESTING : IDLE_LIMIT)) {
        this.#context.close(peer, "idle", `nothing came for ${Math.round(silence / 1000)} s`);
      } else if (now - peer.lastSent >= KEEP_ALIVE_AFTER) {
        this.#context.send(peer, { kind: "keep_alive" });
      }
    }
  }

  #dial(): void {
    const { peers, now, isComplete } = this.#context;
    if (this.#book.size === 0) return;
    const addresses = this.#book.dial({
      now,
      connected: peers.size,
      groups: this.#groups(),
      seeding: isComplete,
    });
    for (const address of addresses) this.#context.emit({ kind: "dial", address });
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

  #scheduleWake(): void {
    if (this.#wakeAt !== undefined) return;
    if (this.#context.peers.size === 0 && this.#book.size === 0) return;
    this.#wakeAt = Math.max(this.#checkedAt, this.#context.now - HOUSEKEEPING) + HOUSEKEEPING;
    if (this.#wakeAt <= this.#context.now) this.#wakeAt = this.#context.now + HOUSEKEEPING;
    this.#context.emit({ kind: "wake", at: this.#wakeAt });
  }
}
