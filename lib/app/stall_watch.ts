import type { Clock } from "../base/clock.ts";
import { AppError } from "./errors.ts";
import type { SwarmSnapshot } from "./swarm_types.ts";

/** Notices when nothing has arrived for too long. */
export class StallWatch {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #arrived = 0;
  #since: number;

  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Nothing is waited for now: the time begins anew. */
  rest(): void {
    this.#since = this.#clock.now();
  }

  /** Takes how the swarm does. @returns The error to end with, if it is time. */
  note({ downloaded, metadata, health, known }: SwarmSnapshot): AppError | undefined {
    const arrived = downloaded + (metadata?.bytes ?? 0);
    if (arrived !== this.#arrived) {
      this.#arrived = arrived;
      this.#since = this.#clock.now();
      return undefined;
    }
    if (this.#clock.now() - this.#since < this.#timeoutMs) return undefined;
    const seconds = Math.round(this.#timeoutMs / 1000);
    const why = health === "no_peers" && known === 0
      ? "no peer is known"
      : health === "no_peers" || health === "connecting"
      ? "no peer can be reached"
      : "no peer sends anything";
    return new AppError(
      "peer_connect",
      `Nothing arrived for ${seconds} s: ${why}. What is there is kept; the same command goes on ` +
        "from there. --peer HOST:PORT adds a peer.",
      { fault: "remote" },
    );
  }
}
