import { messageOf } from "../base/errors.ts";
import { NetError } from "../net/errors.ts";
import type { Connection } from "../net/connection.ts";
import { learnExtensions } from "../wire/extensions.ts";
import type { BlockRequest, PeerMessage } from "../wire/peer_message.ts";
import { PIECE_HEADER_BYTES } from "../wire/peer_message_ids.ts";
import type { PeerReader } from "../wire/peer_reader.ts";
import { encodeMessage, encodePieceHeader } from "../wire/peer_writer.ts";
import type { Throttle } from "./throttle.ts";

/** What is written at a time, at most, but for a single message that is longer. */
const MAX_WRITE = 256 * 1024;

/** What is written at a time under a limit of rate, so that peers take turns. */
const MAX_PACED_WRITE = 64 * 1024;

/** Messages that may wait to be written; who takes none for so long is not worth more memory. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

/** A peer that sends nothing or takes nothing for so long is gone; keep-alives come in between. */
const IDLE_MS = 150_000;

/** How long last words may take. */
const END_MS = 2_000;

/** A cipher over the bytes of one direction, in place. */
export type Cipher = (bytes: Uint8Array) => void;

/** What a {@linkcode PeerLink} is made of. */
export interface LinkOptions {
  readonly connection: Connection;
  /** Holds what arrived behind the handshake, already deciphered. */
  readonly reader: PeerReader;
  readonly encrypt?: Cipher;
  readonly decrypt?: Cipher;
  /** Limits of rate, all of which hold. */
  readonly up: readonly Throttle[];
  readonly down: readonly Throttle[];
}

/** Told of what happens on a link. */
export interface LinkEvents {
  /** Messages that arrived; their byte fields are good during the call only. */
  onMessages(next: () => PeerMessage | undefined): void;
  /** Fills in a block that is about to leave, if nothing has to be waited for. */
  readNow(request: BlockRequest, into: Uint8Array): boolean;
  /**
   * Fills in a block that is about to leave.
   *
   * @returns False when it cannot be had.
   */
  read(request: BlockRequest, into: Uint8Array): Promise<boolean>;
  /** Blocks that left, or could not be had. */
  onServed(requests: readonly BlockRequest[], ok: boolean): void;
}

/**
 * A connection between peers after the handshake. Messages are written together, many at a time;
 * blocks are read from the disk only when the socket is ready for them.
 *
 * Invariant: `#queued` is the sum of the lengths in `#messages`.
 */
export class PeerLink {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #abort = new AbortController();
  readonly #blocks: BlockRequest[] = [];
  /** Ids that the other end gave its extensions. */
  #remoteIds: ReadonlyMap<string, number> = new Map();
  #messages: Uint8Array[] = [];
  #queued = 0;
  #out = new Uint8Array(0);
  #writing: Promise<void> | undefined;
  #sent = 0;
  #received = 0;
  #hasServed = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Bytes that left. */
  get sent(): number {
    return this.#sent;
  }

  /** Bytes that arrived. */
  get received(): number {
    return this.#received;
  }

  /** Whether a block has left. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  /** Queues a message. */
  send(message: PeerMessage): void {
    const bytes = encodeMessage(message, this.#remoteIds);
    if (bytes === undefined) return;
    this.#messages.push(bytes);
    this.#queued += bytes.length;
    if (this.#queued > MAX_QUEUED_BYTES) return this.close();
    this.#flush();
  }

  /** Queues a block; it is read when its turn has come. */
  serve(request: BlockRequest): void {
    this.#blocks.push(request);
    this.#flush();
  }

  /** Closes once what is queued has left, but for blocks; soon, whatever the other end does. */
  end(): void {
    this.#blocks.length = 0;
    const timer = setTimeout(() => this.close(), END_MS);
    (this.#writing ?? Promise.resolve()).then(() => {
      clearTimeout(timer);
      this.close();
    });
  }

  /** Closes at once. */
  close(): void {
    this.#abort.abort();
    this.#options.connection.close();
  }

  /**
   * Reads until the connection ends.
   *
   * @returns Why it ended, for a log.
   */
  async run(): Promise<string> {
    const { connection, reader, decrypt, down } = this.#options;
    const next = () => {
      const message = reader.next();
      if (message?.kind === "extension_handshake") {
        this.#remoteIds = learnExtensions(this.#remoteIds, message);
      }
      return message;
    };
    try {
      this.#events.onMessages(next);
      while (!this.#abort.signal.aborted) {
        const space = reader.space();
        const count = await connection.read(space, IDLE_MS);
        if (count === null) return "it hung up";
        this.#received += count;
        decrypt?.(space.subarray(0, count));
        reader.filled(count);
        this.#events.onMessages(next);
        for (const throttle of down) await throttle.take(count, this.#abort.signal);
      }
      return "closed";
    } catch (error) {
      return messageOf(error);
    } finally {
      this.close();
      await this.#writing;
    }
  }

  #flush(): void {
    // What is queued in one go leaves in one go.
    this.#writing ??= Promise.resolve().then(() => this.#write()).catch((error) => {
      this.close();
      if (!(error instanceof NetError)) throw error;
    }).finally(() => {
      this.#writing = undefined;
      const more = this.#queued > 0 || this.#blocks.length > 0;
      if (more && !this.#abort.signal.aborted) this.#flush();
    });
  }

  async #write(): Promise<void> {
    const { connection, encrypt, up } = this.#options;
    while (!this.#abort.signal.aborted && (this.#queued > 0 || this.#blocks.length > 0)) {
      const { used, served } = await this.#compose();
      if (used === 0) continue;
      const bytes = this.#out.subarray(0, used);
      encrypt?.(bytes);
      for (const throttle of up) await throttle.take(used, this.#abort.signal);
      await connection.write(bytes, IDLE_MS);
      this.#sent += used;
      this.#hasServed ||= served.length > 0;
      if (served.length > 0) this.#events.onServed(served, true);
    }
    this.#out = new Uint8Array(0);
  }

  /** Puts together what is written next: messages first, then as many blocks as fit. */
  async #compose(): Promise<{ used: number; served: BlockRequest[] }> {
    const paced = this.#options.up.some((throttle) => !throttle.unlimited);
    const most = paced ? MAX_PACED_WRITE : MAX_WRITE;
    const blocks = this.#blocksWithin(most - this.#queued);
    const length = this.#queued +
      blocks.reduce((sum, block) => sum + PIECE_HEADER_BYTES + block.length, 0);
    if (this.#out.length < length) this.#out = new Uint8Array(length);
    let used = 0;
    for (const message of this.#messages) {
      this.#out.set(message, used);
      used += message.length;
    }
    this.#messages = [];
    this.#queued = 0;
    const served: BlockRequest[] = [];
    const missing: BlockRequest[] = [];
    for (const block of blocks) {
      const end = used + PIECE_HEADER_BYTES + block.length;
      const into = this.#out.subarray(used + PIECE_HEADER_BYTES, end);
      // Nearly all blocks follow one another: a turn for each would cost more than the copy.
      if (!this.#events.readNow(block, into) && !await this.#events.read(block, into)) {
        missing.push(block);
        continue;
      }
      encodePieceHeader(block.piece, block.begin, block.length, this.#out.subarray(used));
      served.push(block);
      used = end;
    }
    if (missing.length > 0) this.#events.onServed(missing, false);
    return { used, served };
  }

  #blocksWithin(bytes: number): BlockRequest[] {
    let room = bytes;
    let count = 0;
    while (count < this.#blocks.length) {
      room -= PIECE_HEADER_BYTES + this.#blocks[count]!.length;
      if (room < 0 && (count > 0 || this.#queued > 0)) break;
      count++;
    }
    return this.#blocks.splice(0, count);
  }
}
