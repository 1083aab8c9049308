import { Bitfield } from "../base/bitfield.ts";
import type { HashRequest } from "../wire/peer_message.ts";
import { allowedFastSet } from "./allowed_fast.ts";
import { Availability } from "./availability.ts";
import { Blame } from "./blame.ts";
import type { Content, SwarmContext } from "./context.ts";
import type { Contributor } from "./contributor.ts";
import { ALLOWED_FAST, ALLOWED_FAST_FROM, MAX_HASH_SERVES, MAX_PARTIAL_BYTES } from "./defaults.ts";
import { Downloads } from "./downloads.ts";
import { SwarmError } from "./errors.ts";
import { HashExchange } from "./hash_exchange.ts";
import { PartialPieces } from "./partial_pieces.ts";
import { earlyPieces, PeerPieces } from "./peer_pieces.ts";
import type { Peer } from "./peer_state.ts";
import { BlockNumbers, Picker } from "./picker.ts";
import { UploadSlots } from "./slots.ts";
import { Spread } from "./spread.ts";
import type { SwarmTorrent } from "./types.ts";
import { Uploads } from "./uploads.ts";
import { Verdicts } from "./verdicts.ts";

/** Never to be met again. */
export type Condemn = (contributor: Contributor, reason: string) => void;

/**
 * All that can be done once the torrent is known: the parts that download, prove and upload, and
 * what they tell each other.
 */
export class Sharing {
  readonly #context: SwarmContext;
  readonly content: Content;
  readonly availability: Availability;
  readonly partials: PartialPieces;
  readonly pieces: PeerPieces;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly hashes: HashExchange;
  readonly slots: UploadSlots;
  readonly spread: Spread;
  readonly verdicts: Verdicts;
  readonly #picker: Picker;

  constructor(context: SwarmContext, content: Content, condemn: Condemn) {
    const { torrent } = content;
    const { pieceCount } = torrent.layout;
    this.#context = context;
    this.content = content;
    const availability = this.availability = new Availability(pieceCount, context.random);
    const partials = this.partials = new PartialPieces(
      context.options.maxPartialBytes ?? MAX_PARTIAL_BYTES,
    );
    const blocks = new BlockNumbers(torrent.layout);
    const picker = this.#picker = new Picker(context, content, { availability, partials, blocks });
    const blame = new Blame();
    const downloads = this.downloads = new Downloads(context, content, {
      partials,
      picker,
      blocks,
      watch: { wantsHashes: (piece) => blame.remembers(piece) },
    });
    const pieces = this.pieces = new PeerPieces(context, content, availability);
    this.spread = new Spread(context, content, availability);
    this.uploads = new Uploads(context, content, this.spread);
    this.slots = new UploadSlots(context, this.uploads, this.spread);
    this.hashes = new HashExchange(context, content, {
      provable: (proven) => this.#provable(proven),
      leavesAsked: (piece) => this.verdicts.leavesAsked(piece),
      condemn,
    });
    this.verdicts = new Verdicts(context, content, {
      partials,
      pieces,
      picker,
      downloads,
      blame,
      watch: {
        askLeaves: (piece, suspects) => this.hashes.askLeaves(piece, suspects),
        condemn,
        gained: (piece) => this.#gained(piece),
      },
    });
    picker.relist();
    downloads.provePadding();
  }

  /** A peer came: tells it what is here. */
  welcome(peer: Peer): void {
    const { have } = this.content;
    if (have.isFull && peer.info.fast) this.#context.send(peer, { kind: "have_all" });
    else if (have.count > 0) {
      this.#context.send(peer, { kind: "bitfield", bits: have.toBytes() });
    } else if (peer.info.fast) this.#context.send(peer, { kind: "have_none" });
    this.pieces.told(peer, new Bitfield(have.length));
  }

  /**
   * Lets a newcomer that has to wait for a slot have a few pieces meanwhile (BEP 6). Not while the
   * first copy is spread: the set is the same for all of a /24.
   */
  allowFast(peer: Peer): void {
    const { have } = this.content;
    if (!peer.info.fast || have.length < ALLOWED_FAST_FROM) return;
    if (this.spread.active || this.slots.free > 0) return;
    const { infoHash } = this.#context.options;
    for (const piece of allowedFastSet(peer.info.host, infoHash, have.length, ALLOWED_FAST)) {
      if (!have.has(piece)) continue;
      peer.upload.allowedFast.add(piece);
      this.#context.send(peer, { kind: "allowed_fast", piece });
    }
  }

  /** The torrent has become known while this peer was connected. @returns If what it said is right. */
  catchUp(peer: Peer): boolean {
    const told = earlyPieces(peer, this.content.have.length);
    if (!told) return false;
    this.pieces.told(peer, told);
    for (const piece of this.content.have) this.#context.send(peer, { kind: "have", piece });
    return true;
  }

  left(peer: Peer): void {
    this.pieces.left(peer);
    this.downloads.waiveAll(peer, { cancel: false });
    this.uploads.left(peer);
    this.spread.left(peer);
    this.hashes.left(peer);
    this.slots.fill();
  }

  /** To be called about once a second. */
  tick(): void {
    this.downloads.checkTimeouts();
    this.uploads.checkStalls();
    this.hashes.checkTimeouts();
    this.spread.review();
  }

  /** Other pieces are to be had from now on. */
  want(pieces: Bitfield | undefined): void {
    const { content } = this;
    content.wanted = wantedPieces(content.torrent, pieces);
    content.missing = missingPieces(content.have, content.wanted);
    for (const partial of [...this.partials.all()]) {
      if (content.wanted.has(partial.piece) || partial.phase !== "gathering") continue;
      this.downloads.cancelPiece(partial);
      this.#picker.abandon(partial);
    }
    this.#picker.relist();
    for (const peer of this.#context.peers.values()) this.pieces.recount(peer);
    this.downloads.provePadding();
    this.downloads.refillAll();
  }

  setSequential(sequential: boolean): void {
    this.#picker.sequential = sequential;
  }

  /** A piece that was here is no more (BEP 54). */
  lost(piece: number): void {
    if (!this.content.have.delete(piece)) return;
    this.uploads.lost(piece);
    for (const peer of this.#context.peers.values()) {
      if (peer.extensions.has("lt_donthave")) {
        this.#context.send(peer, { kind: "dont_have", piece });
      }
    }
    if (!this.content.wanted.has(piece)) return;
    this.content.missing++;
    this.pieces.changed(piece, 1);
    this.#picker.offer(piece);
    this.downloads.provePadding();
    this.downloads.refillAll();
  }

  /** A peer asks for hashes: it is answered in any case (BEP 52). */
  hashesRequested(peer: Peer, request: HashRequest): void {
    const answer = this.content.torrent.proofs?.answer(request);
    const { root, baseLayer, index, length, proofLayers } = request;
    const plain = { root: root.slice(), baseLayer, index, length, proofLayers };
    if (answer?.kind === "known") {
      this.#context.send(peer, { kind: "hashes", ...plain, hashes: answer.hashes });
    } else if (
      answer?.kind === "read" && peer.hashServes.length < MAX_HASH_SERVES &&
      answer.pieces.every((piece) => this.content.have.has(piece))
    ) {
      peer.hashServes.push(plain);
      this.#context.emit({ kind: "serve_hashes", peer: peer.key, request: plain });
    } else {
      this.#context.send(peer, { kind: "hash_reject", ...plain });
    }
  }

  /** Hashes were computed for a peer, or cannot be had. */
  hashesServed(peer: Peer, request: HashRequest, hashes: Uint8Array | undefined): void {
    const at = peer.hashServes.indexOf(request);
    if (at < 0) return;
    peer.hashServes.splice(at, 1);
    if (hashes) this.#context.send(peer, { kind: "hashes", ...request, hashes });
    else this.#context.send(peer, { kind: "hash_reject", ...request });
  }

  #provable(pieces: Iterable<number>): void {
    for (const piece of pieces) this.#picker.offer(piece);
    this.downloads.refillAll();
  }

  #gained(piece: number): void {
    this.#context.emit({ kind: "have", piece });
    for (const peer of this.#context.peers.values()) {
      if (!peer.isSeed) this.#context.send(peer, { kind: "have", piece });
    }
    if (this.content.missing === 0) this.#context.emit({ kind: "complete" });
  }
}

/** What a torrent is to the swarm when some of its pieces are here and some are wanted. */
export function contentOf(
  torrent: SwarmTorrent,
  have: Bitfield | undefined,
  wanted: Bitfield | undefined,
): Content {
  const { pieceCount } = torrent.layout;
  if (have && have.length !== pieceCount) {
    throw new SwarmError("wrong_length", `${have.length} pieces in have, ${pieceCount} in all`);
  }
  const here = have?.clone() ?? new Bitfield(pieceCount);
  const wantedHere = wantedPieces(torrent, wanted);
  return { torrent, have: here, wanted: wantedHere, missing: missingPieces(here, wantedHere) };
}

function wantedPieces({ layout }: SwarmTorrent, wanted: Bitfield | undefined): Bitfield {
  if (wanted && wanted.length !== layout.pieceCount) {
    const text = `${wanted.length} pieces in wanted, ${layout.pieceCount} in all`;
    throw new SwarmError("wrong_length", text);
  }
  return wanted?.clone() ?? Bitfield.full(layout.pieceCount);
}

function missingPieces(have: Bitfield, wanted: Bitfield): number {
  let missing = 0;
  for (const piece of wanted) if (!have.has(piece)) missing++;
  return missing;
}
