import { concatBytes } from "../../lib/base/bytes.ts";
import { WireError } from "../../lib/wire/errors.ts";
import type { MseHandshake } from "../../lib/wire/mse_handshake.ts";
import type { MseEvent, MseSecured } from "../../lib/wire/mse_types.ts";

/** One end of an encrypted connection, and what came of it so far. */
export class MseEnd {
  readonly #handshake: MseHandshake;
  readonly #received: Uint8Array[] = [];
  #said: Uint8Array[] = [];
  secured: MseSecured | undefined;
  error: WireError | undefined;
  /** The most bytes that were kept between two arrivals. */
  mostPending = 0;

  constructor(handshake: MseHandshake) {
    this.#handshake = handshake;
    this.#take(() => handshake.start());
  }

  /** All of the stream behind the handshake, deciphered. */
  get received(): Uint8Array {
    return concatBytes(this.#received);
  }

  /** What it said since this was asked last. */
  said(): Uint8Array {
    const said = concatBytes(this.#said);
    this.#said = [];
    return said;
  }

  /** Hears bytes; nothing more after an error. */
  hear(bytes: Uint8Array): void {
    if (this.error) return;
    if (this.secured) return this.#hearStream(bytes);
    this.#take(() => this.#handshake.receive(bytes));
  }

  /** Says bytes of the stream behind the handshake. */
  say(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.secured!.encrypt?.(copy);
    this.#said.push(copy);
  }

  #hearStream(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.secured!.decrypt?.(copy);
    this.#received.push(copy);
  }

  #take(act: () => readonly MseEvent[]): void {
    try {
      for (const event of act()) {
        if (event.kind === "send") {
          this.#said.push(event.bytes);
          continue;
        }
        this.secured = event;
        this.#received.push(event.received);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.error = error;
    }
    if (!this.secured && !this.error) {
      this.mostPending = Math.max(this.mostPending, this.#handshake.pending);
    }
  }
}
