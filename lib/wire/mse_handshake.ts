import { MseInput } from "./mse_input.ts";
import type { MseEvent, MseSteps } from "./mse_types.ts";

/**
 * A handshake of Message Stream Encryption (MSE, also known as Protocol Encryption), by either end:
 * bytes in, events out. First, {@linkcode start}; then {@linkcode receive}, until `secured` comes.
 *
 * Invariant: after either returned without `secured`, fewer bytes are kept than the longest part of a
 * handshake has, 16 KiB.
 *
 * @example
 * ```ts
 * const handshake = new MseHandshake((input) => mseInitiator(input, { torrent, initial, random }));
 * const [{ bytes }] = handshake.start(); // { kind: "send", bytes }
 * ```
 */
export class MseHandshake {
  readonly #input = new MseInput();
  readonly #steps: MseSteps;

  /** @param part `mseInitiator` or `mseResponder`, with its options. */
  constructor(part: (input: MseInput) => MseSteps) {
    this.#steps = part(this.#input);
  }

  /** Bytes that arrived and wait for more. */
  get pending(): number {
    return this.#input.pending;
  }

  /** What is done before anything arrives. */
  start(): MseEvent[] {
    return this.#goOn();
  }

  /**
   * Takes bytes that arrived.
   *
   * @throws {WireError} `bad_encryption`; the handshake is then of no further use.
   */
  receive(bytes: Uint8Array): MseEvent[] {
    this.#input.push(bytes);
    return this.#goOn();
  }

  #goOn(): MseEvent[] {
    const events: MseEvent[] = [];
    for (;;) {
      const step = this.#steps.next();
      if (step.done) return [...events, step.value];
      if (step.value === undefined) return events;
      events.push({ kind: "send", bytes: step.value });
    }
  }
}
