import { addressGroup } from "../../base/ip.ts";

/** How many connections there may be at the same time. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** From one address (/64 for IPv6). */
  readonly maxConnectionsPerAddress: number;
}

/** Counts the connections of all doors of a tracker together, and says who is one too many. */
export class ConnectionGate {
  readonly #limits: ConnectionLimits;
  readonly #perAddress = new Map<string, number>();
  #size = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Connections that are inside. */
  get size(): number {
    return this.#size;
  }

  /**
   * Lets one in.
   *
   * @param shared Whether its address stands for many, as that of a proxy does: it has no limit then.
   * @returns Undefined when it is in, and has to {@linkcode leave}; else why it is not, for its user.
   */
  enter(host: string, shared = false): string | undefined {
    const group = addressGroup(host);
    const held = this.#perAddress.get(group) ?? 0;
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (this.#size >= maxConnections) {
      return "The tracker has no room for more connections, try later";
    }
    if (held >= maxConnectionsPerAddress && !shared) {
      return "Too many connections from your address, close some";
    }
    this.#perAddress.set(group, held + 1);
    this.#size++;
    return undefined;
  }

  /** One that was let in is gone. */
  leave(host: string): void {
    const group = addressGroup(host);
    const left = (this.#perAddress.get(group) ?? 0) - 1;
    if (left <= 0) this.#perAddress.delete(group);
    else this.#perAddress.set(group, left);
    this.#size--;
  }
}
