import { Bitfield } from "../base/bitfield.ts";
import type { ExtensionHandshake, PeerMessage } from "../wire/peer_message.ts";
import { learnExtensions } from "../wire/extensions.ts";
import type { SwarmContext } from "./context.ts";
import { MAX_ALLOWED_FAST } from "./defaults.ts";
import { type MetadataExchange, serveMetadata } from "./metadata_exchange.ts";
import { noteEarly } from "./peer_pieces.ts";
import type { Peer } from "./peer_state.ts";
import type { Sharing } from "./sharing.ts";

/** What a message can lead to outside of the parts that it is for. */
export interface MessageWatch {
  /** The parts that need the torrent, once it is known. */
  readonly sharing: Sharing | undefined;
  readonly metadata: MetadataExchange;
  /** A peer told where it listens. */
  listens(peer: Peer): void;
  /** A peer told of others. */
  pex(peer: Peer, message: Extract<PeerMessage, { readonly kind: "pex" }>): void;
  /** A peer may have become one that neither wants nor gives anything. */
  reconsider(peer: Peer): void;
}

/** Kinds that may come before a peer tells which pieces it has (BEP 3, BEP 6, BEP 10). */
const BEFORE_PIECES: ReadonlySet<PeerMessage["kind"]> = new Set([
  "keep_alive",
  "port",
  "suggest",
  "allowed_fast",
  "extension_handshake",
  "metadata_request",
  "metadata_data",
  "metadata_reject",
  "pex",
  "dont_have",
  "upload_only",
  "hash_request",
  "ignored",
]);

/** Brings each message to the part that it is for; what breaks the rules closes the connection. */
export class Messages {
  readonly #context: SwarmContext;
  readonly #watch: MessageWatch;
  /** Who said later that it has everything: it costs a walk over all pieces, so it counts once. */
  readonly #toldAll = new WeakSet<Peer>();

  constructor(context: SwarmContext, watch: MessageWatch) {
    this.#context = context;
    this.#watch = watch;
  }

  /** A message of a connected peer; views in it are good until this returns. */
  handle(peer: Peer, message: PeerMessage): void {
    peer.lastReceived = this.#context.now;
    const first = peer.mayTellPieces;
    if (!BEFORE_PIECES.has(message.kind)) peer.mayTellPieces = false;
    const { sharing, metadata } = this.#watch;
    switch (message.kind) {
      case "piece":
        if (sharing) sharing.downloads.arrived(peer, message.piece, message.begin, message.data);
        else this.#unsolicited(peer, "a block");
        break;
      case "request":
        if (sharing) sharing.uploads.requested(peer, message);
        else if (peer.info.fast) this.#context.send(peer, { ...message, kind: "reject" });
        break;
      case "cancel":
        sharing?.uploads.cancelled(peer, message);
        break;
      case "reject":
        if (!this.#isFast(peer, message.kind)) break;
        if (sharing) sharing.downloads.rejected(peer, message);
        else this.#unsolicited(peer, "a rejection");
        break;
      case "have":
        this.#have(peer, message.piece);
        break;
      case "choke":
        peer.choking = true;
        peer.exhausted = -1;
        sharing?.downloads.choked(peer);
        break;
      case "unchoke":
        peer.choking = false;
        peer.exhausted = -1;
        peer.refused.clear();
        sharing?.downloads.refill(peer);
        break;
      case "interested":
        peer.interested = true;
        sharing?.slots.fill();
        break;
      case "not_interested":
        peer.interested = false;
        sharing?.slots.fill();
        break;
      case "bitfield":
        if (first) this.#pieces(peer, message.bits);
        else this.#morePieces(peer, message.bits);
        break;
      case "have_all":
      case "have_none":
        if (!this.#isFast(peer, message.kind)) break;
        if (first) this.#pieces(peer, message.kind === "have_all");
        else if (message.kind === "have_all" && !this.#toldAll.has(peer)) {
          this.#toldAll.add(peer);
          this.#morePieces(peer);
        }
        break;
      case "suggest":
      case "allowed_fast":
        if (this.#isFast(peer, message.kind)) this.#advice(peer, message.kind, message.piece);
        break;
      case "dont_have":
        if (!sharing || !this.#isPiece(peer, message.piece)) break;
        sharing.pieces.lost(peer, message.piece);
        sharing.downloads.pieceLost(peer, message.piece);
        break;
      case "hash_request":
        if (sharing) sharing.hashesRequested(peer, message);
        else {this.#context.send(peer, {
            ...message,
            root: message.root.slice(),
            kind: "hash_reject",
          });}
        break;
      case "hashes":
        if (sharing) sharing.hashes.arrived(peer, message, message.hashes);
        else this.#unsolicited(peer, "hashes");
        break;
      case "hash_reject":
        if (sharing) sharing.hashes.rejected(peer, message);
        else this.#unsolicited(peer, "a hash rejection");
        break;
      case "extension_handshake":
        this.#introduced(peer, message);
        break;
      case "metadata_request":
        serveMetadata(this.#context, peer, message.piece);
        break;
      case "metadata_data":
        metadata.arrived(peer, message.piece, message.totalSize, message.data);
        break;
      case "metadata_reject":
        metadata.rejected(peer, message.piece);
        break;
      case "pex":
        this.#watch.pex(peer, message);
        break;
      case "upload_only":
        peer.uploadOnly = message.value;
        this.#watch.reconsider(peer);
        break;
      case "keep_alive":
      case "port":
      case "ignored":
        break;
      default:
        message satisfies never;
    }
  }

  #have(peer: Peer, piece: number): void {
    const { sharing } = this.#watch;
    if (!sharing) {
      const problem = noteEarly(peer, { piece });
      if (problem) this.#context.close(peer, "flood", `it told of ${problem}`);
      return;
    }
    if (!this.#isPiece(peer, piece) || !sharing.pieces.gained(peer, piece)) return;
    sharing.spread.gained(piece);
    if (peer.isSeed) this.#watch.reconsider(peer);
    sharing.downloads.refill(peer);
  }

  /** A peer tells all that it has: `told` is a bitfield, or whether it is everything or nothing. */
  #pieces(peer: Peer, told: Uint8Array | boolean): void {
    const { sharing } = this.#watch;
    if (!sharing) {
      noteEarly(peer, typeof told === "boolean" ? { all: told } : { bits: told });
      return;
    }
    const { length } = sharing.content.have;
    const pieces = told === true
      ? Bitfield.full(length)
      : told === false
      ? new Bitfield(length)
      : Bitfield.fromBytes(told, length);
    if (!pieces) {
      this.#context.close(peer, "bad_bitfield", `its bitfield is not one of ${length} pieces`);
      return;
    }
    sharing.pieces.told(peer, pieces);
    sharing.spread.review();
    sharing.hashes.ask();
    this.#watch.reconsider(peer);
  }

  /** A later bitfield, or all there is: aria2 sends one in place of many `have` messages. */
  #morePieces(peer: Peer, bits?: Uint8Array): void {
    const { sharing } = this.#watch;
    if (!sharing) {
      noteEarly(peer, bits ? { bits } : { all: true });
      return;
    }
    const { length } = sharing.content.have;
    const pieces = bits ? Bitfield.fromBytes(bits, length) : Bitfield.full(length);
    if (!pieces) {
      this.#context.close(peer, "bad_bitfield", `its bitfield is not one of ${length} pieces`);
      return;
    }
    for (const piece of pieces) {
      if (sharing.pieces.gained(peer, piece)) sharing.spread.gained(piece);
    }
    if (peer.isSeed) this.#watch.reconsider(peer);
    sharing.downloads.refill(peer);
  }

  #advice(peer: Peer, kind: "suggest" | "allowed_fast", piece: number): void {
    const { sharing } = this.#watch;
    if (!sharing || !this.#isPiece(peer, piece)) return;
    if (kind === "suggest") peer.suggest(piece, this.#context.now);
    else if (peer.allowedFast.size < MAX_ALLOWED_FAST) peer.allowedFast.add(piece);
    peer.exhausted = -1;
    sharing.downloads.refill(peer);
  }

  #introduced(peer: Peer, handshake: ExtensionHandshake): void {
    peer.extensions = learnExtensions(peer.extensions, handshake);
    if (handshake.client !== undefined) peer.client = handshake.client;
    if (handshake.queue !== undefined) peer.requests.limit(handshake.queue);
    if (handshake.uploadOnly !== undefined) peer.uploadOnly = handshake.uploadOnly;
    peer.metadataSize ??= handshake.metadataSize;
    if (handshake.port !== undefined && peer.listenPort === undefined) {
      peer.listenPort = handshake.port;
      this.#watch.listens(peer);
    }
    this.#watch.metadata.introduced(peer);
    this.#watch.reconsider(peer);
  }

  #isPiece(peer: Peer, piece: number): boolean {
    const { length } = this.#watch.sharing!.content.have;
    if (piece < length) return true;
    this.#context.close(peer, "bad_piece", `it named piece ${piece} of ${length}`);
    return false;
  }

  #isFast(peer: Peer, kind: string): boolean {
    if (peer.info.fast) return true;
    this.#context.close(peer, "not_fast", `it sent ${kind} without the fast extension`);
    return false;
  }

  #unsolicited(peer: Peer, what: string): void {
    this.#context.close(peer, "unsolicited", `it sent ${what} that nobody asked for`);
  }
}
