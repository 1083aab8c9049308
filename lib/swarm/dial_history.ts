import { addressKind } from "../base/ip.ts";
import { MAX_BANS, MAX_SILENT_DIALS, SILENT_DIALS_SPAN } from "./defaults.ts";

/** Dials to one host, and whether any was ever answered. */
interface HostHistory {
  answered: boolean;
  /** Moments of the last dials, at most three; milliseconds. */
  dials: number[];
  /** How many addresses of the host are known. */
  known: number;
}

/**
 * Which hosts were dialled when: one that never answered is left in peace after three dials within
 * an hour, also when its addresses are forgotten in between and told anew.
 *
 * Invariant: every host of a known address has a history; of the others at most 10,000 have, those
 * that were dialled in vain and forgotten last.
 */
export class DialHistory {
  readonly #hosts = new Map<string, HostHistory>();
  /** The same of hosts of which no address is known any more, the oldest first. */
  readonly #forgotten = new Map<string, HostHistory>();

  /** One more address of the host is known. */
  known(host: string): void {
    let history = this.#hosts.get(host) ?? this.#forgotten.get(host);
    this.#forgotten.delete(host);
    if (!history) history = { answered: false, dials: [], known: 0 };
    history.known++;
    this.#hosts.set(host, history);
  }

  /** One address less of the host is known. */
  forgotten(host: string): void {
    const history = this.#hosts.get(host);
    if (!history || --history.known > 0) return;
    this.#hosts.delete(host);
    if (history.answered || history.dials.length === 0) return;
    this.#forgotten.set(host, history);
    for (const oldest of this.#forgotten.keys()) {
      if (this.#forgotten.size <= MAX_BANS) break;
      this.#forgotten.delete(oldest);
    }
  }

  /** A dial was answered. */
  answered(host: string): void {
    const history = this.#hosts.get(host);
    if (history) history.answered = true;
  }

  /** Whether a known host may be dialled at a moment; milliseconds. */
  mayDial(host: string, now: number): boolean {
    const history = this.#hosts.get(host);
    if (!history || history.answered || addressKind(host) === "loopback") return true;
    history.dials = history.dials.filter((at) => now - at < SILENT_DIALS_SPAN);
    return history.dials.length < MAX_SILENT_DIALS;
  }

  /** A known host is dialled. */
  dialled(host: string, now: number): void {
    const dials = this.#hosts.get(host)?.dials;
    dials?.push(now);
    if (dials && dials.length > MAX_SILENT_DIALS) dials.shift();
  }
}
