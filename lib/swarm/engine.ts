import { type Content, SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import { CHOKE_INTERVAL, HOUSEKEEPING } from "./defaults.ts";
import { SwarmError } from "./errors.ts";
import { introduce } from "./introduce.ts";
import { Meetings } from "./meetings.ts";
import { Messages } from "./messages.ts";
import { MetadataExchange } from "./metadata_exchange.ts";
import { Peer } from "./peer_state.ts";
import { contentOf, Sharing } from "./sharing.ts";
import { checkSilence } from "./silence.ts";
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
  readonly #meetings: Meetings;
  readonly #metadata: MetadataExchange;
  readonly #messages: Messages;
  readonly #condemn = (contributor: Contributor, reason: string) =>
    this.#meetings.condemn(contributor, reason);
  #sharing?: Sharing;
  #checkedAt: number;
  #chokedAt: number;
  #wakeAt?: number;
  #uploadOnly = false;

  /** @param now Monotonic milliseconds. @throws {SwarmError} `wrong_length`. */
  constructor(options: SwarmOptions, now: number) {
    const context = this.#context = new SwarmContext(options, now);
    this.#checkedAt = this.#chokedAt = now;
    const meetings = this.#meetings = new Meetings(context);
    this.#metadata = new MetadataExchange(context, this.#condemn);
    const { torrent, have, wanted } = options;
    if (torrent) this.#share(contentOf(torrent, have, wanted));
    const sharing = () => this.#sharing;
    this.#messages = new Messages(context, {
      get sharing() {
        return sharing();
      },
      metadata: this.#metadata,
      listens: (peer) => meetings.listens(peer),
      pex: (peer, { added }) => meetings.told(peer, added),
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
        this.#meetings.dial();
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
        this.#meetings.candidates(input.addresses, input.source, local);
        break;
      }
      case "dial_failed":
        this.#meetings.book.dialFailed(input.address, context.now);
        this.#meetings.dial();
        break;
      case "other_tracker":
        if (context.content?.torrent.private) this.#leaveAll();
        break;
      case "own_addresses":
        this.#meetings.book.addOwn(input.addresses);
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
    const parts = {
      metadata: this.#metadata,
      book: this.#meetings.book,
      ...sharing && { sharing },
    };
    return snapshotOf(this.#context, parts, Math.max(now, this.#context.now));
  }

  #share(content: Content): void {
    this.#context.content = content;
    this.#sharing = new Sharing(this.#context, content, this.#condemn);
  }

  #connected(info: ConnectedPeer): void {
    const context = this.#context;
    if (context.peers.has(info.key)) {
      throw new SwarmError("peer_twice", `peer ${info.key} is connected already`);
    }
    if (!this.#meetings.admit(info)) return;
    const peer = new Peer(info, context.now);
    context.peers.set(peer.key, peer);
    if (this.#sharing) this.#sharing.welcome(peer);
    else if (info.fast) context.send(peer, { kind: "have_none" });
    introduce(context, peer);
    this.#sharing?.allowFast(peer);
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
      introduce(this.#context, peer);
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

  #leaveAll(): void {
    this.#meetings.book.forgetTold();
    for (const peer of [...this.#context.peers.values()]) {
      this.#context.close(peer, "other_tracker", "another tracker tells of the swarm now");
    }
    this.#meetings.dial();
  }

  #gone(peer: Peer): void {
    this.#meetings.left(peer);
    this.#metadata.left(peer);
    this.#sharing?.left(peer);
  }

  #tick(): void {
    const { now } = this.#context;
    this.#wakeAt = undefined;
    if (now - this.#checkedAt >= HOUSEKEEPING) {
      this.#checkedAt = now;
      checkSilence(this.#context);
      this.#metadata.checkTimeouts();
      this.#sharing?.tick();
      this.#meetings.pex.send();
    }
    if (now - this.#chokedAt >= CHOKE_INTERVAL) {
      this.#chokedAt = now;
      this.#sharing?.slots.choose();
    }
    this.#meetings.dial();
  }

  #scheduleWake(): void {
    if (this.#wakeAt !== undefined) return;
    if (this.#context.peers.size === 0 && this.#meetings.book.size === 0) return;
    this.#wakeAt = Math.max(this.#checkedAt, this.#context.now - HOUSEKEEPING) + HOUSEKEEPING;
    if (this.#wakeAt <= this.#context.now) this.#wakeAt = this.#context.now + HOUSEKEEPING;
    this.#context.emit({ kind: "wake", at: this.#wakeAt });
  }
}
