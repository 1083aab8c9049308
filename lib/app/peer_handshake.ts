import type { InfoHash } from "../base/ids.ts";
import type { Connection } from "../net/connection.ts";
import { NetError } from "../net/errors.ts";
import type { Handshake } from "../wire/handshake.ts";
import type { MseHandshake } from "../wire/mse_handshake.ts";
import type { MseEvent } from "../wire/mse_types.ts";
import { PeerReader } from "../wire/peer_reader.ts";
import type { Met } from "./meet.ts";
import { ownHandshake } from "./own_handshake.ts";
import type { Cipher } from "./peer_link.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";

/** Bytes that are read at a time while encryption is agreed on. */
const READ_BYTES = 4096;

/**
 * A connection on its way through its handshakes, which have one deadline together. The methods throw
 * a NetError when the other end hangs up or the time is over.
 */
export class PeerHandshake {
  readonly #connection: Connection;
  readonly #deadline: number;
  readonly #reader = new PeerReader();
  #encrypt: Cipher | undefined;
  #decrypt: Cipher | undefined;

  /** @param deadline As `performance.now` counts. */
  constructor(connection: Connection, deadline: number) {
    this.#connection = connection;
    this.#deadline = deadline;
  }

  /** Takes bytes as they arrived, which are not encrypted. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /**
   * Agrees on encryption.
   *
   * @param first What arrived already.
   * @returns The info-hash that the connection is about.
   * @throws {WireError} `bad_encryption`.
   */
  async secure(handshake: MseHandshake, first?: Uint8Array): Promise<InfoHash> {
    const buffer = new Uint8Array(READ_BYTES);
    let events: readonly MseEvent[] = handshake.start();
    if (first) events = [...events, ...handshake.receive(first)];
    for (;;) {
      for (const event of events) {
        if (event.kind === "send") {
          await this.#connection.write(event.bytes, this.#left());
          continue;
        }
        this.#encrypt = event.encrypt;
        this.#decrypt = event.decrypt;
        this.#reader.push(event.received);
        return event.infoHash;
      }
      events = handshake.receive(buffer.subarray(0, await this.#read(buffer)));
    }
  }

  /** Sends the BitTorrent handshake (BEP 3). */
  async send(infoHash: InfoHash, identity: SwarmIdentity): Promise<void> {
    const bytes = ownHandshake(infoHash, identity);
    this.#encrypt?.(bytes);
    await this.#connection.write(bytes, this.#left());
  }

  /** Waits for the other end's. @throws {WireError} `bad_handshake`. */
  async receive(): Promise<Handshake> {
    for (;;) {
      const handshake = this.#reader.handshake();
      if (handshake) return handshake;
      const space = this.#reader.space();
      const count = await this.#read(space);
      this.#decrypt?.(space.subarray(0, count));
      this.#reader.filled(count);
    }
  }

  /** The peer, when all is said. */
  met(handshake: Handshake, v2: boolean): Met {
    return {
      connection: this.#connection,
      handshake,
      reader: this.#reader,
      ...(this.#encrypt ? { encrypt: this.#encrypt } : {}),
      ...(this.#decrypt ? { decrypt: this.#decrypt } : {}),
      v2,
    };
  }

  async #read(buffer: Uint8Array): Promise<number> {
    const count = await this.#connection.read(buffer, this.#left());
    if (count !== null) return count;
    throw new NetError("reset", "it hung up over the handshake", { fault: "remote" });
  }

  #left(): number {
    return Math.max(1, this.#deadline - performance.now());
  }
}
