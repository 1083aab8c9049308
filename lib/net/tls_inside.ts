import { messageOf } from "../base/errors.ts";
import { NetError } from "./errors.ts";

/** A certificate, with those between it and its authority, and its key; PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Both ends of a connection through loopback. */
export interface TlsPair {
  /** Takes and gives what is encrypted. */
  readonly outer: Deno.TcpConn;
  /** Takes and gives what is plain, once its handshake is done. */
  readonly inner: Deno.TlsConn;
}

/**
 * Pairs that are opened at the same time. What waits to be accepted is bounded by the system (128), and
 * what is too much there is connected for one end, and not for the other.
 */
const MAX_OPENING = 32;

/** How long opening one may take, through loopback. */
const OPEN_MS = 5_000;

/**
 * A TLS listener on loopback that nobody but this process gets to: what connects by itself is closed.
 * A pair is matched by the port that its outer end has.
 */
export class TlsInside {
  readonly #listener: Deno.TlsListener;
  readonly #port: number;
  readonly #waiting = new Map<number, (inner: Deno.TlsConn) => void>();
  /** Those that came before their outer end knew its port. */
  readonly #early = new Map<number, Deno.TlsConn>();
  /** Those who wait for their turn. */
  readonly #queue: (() => void)[] = [];
  #opening = 0;
  #retired = false;
  #closed = false;

  /** @throws {NetError} `tls` when the certificate or the key cannot be used, or not together. */
  constructor({ cert, key }: TlsIdentity) {
    try {
      this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    } catch (error) {
      throw new NetError("tls", reasonOf(error), { cause: error });
    }
    this.#port = this.#listener.addr.port;
    this.#accept();
  }

  /**
   * Opens a pair.
   *
   * @param wanted Whether it still is; asked when its turn has come.
   */
  async open(wanted: () => boolean): Promise<TlsPair> {
    this.#opening++;
    let outer: Deno.TcpConn | undefined;
    try {
      if (this.#opening > MAX_OPENING) {
        await new Promise<void>((resolve) => this.#queue.push(resolve));
      }
      if (!wanted()) throw new NetError("aborted", "it is no longer wanted");
      outer = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      outer.setNoDelay(true);
      return { outer, inner: await this.#innerOf(outer.localAddr.port) };
    } catch (error) {
      outer?.close();
      throw error;
    } finally {
      this.#opening--;
      this.#queue.shift()?.();
      if (this.#opening === 0) this.#settle();
    }
  }

  /** Closes it once no pair is being opened. */
  retire(): void {
    this.#retired = true;
    if (this.#opening === 0) this.#settle();
  }

  async #innerOf(port: number): Promise<Deno.TlsConn> {
    const early = this.#early.get(port);
    this.#early.delete(port);
    if (early) return early;
    const { promise, resolve, reject } = Promise.withResolvers<Deno.TlsConn>();
    const timer = setTimeout(() => {
      reject(new NetError("timeout", "loopback was not there in time"));
    }, OPEN_MS);
    this.#waiting.set(port, resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(port);
    }
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const inner = await this.#listener.accept();
        const { port } = inner.remoteAddr;
        const resolve = this.#waiting.get(port);
        this.#waiting.delete(port);
        if (resolve) resolve(inner);
        else if (this.#opening === 0) inner.close();
        else {
          this.#early.get(port)?.close();
          this.#early.set(port, inner);
        }
      } catch {
        // It was closed, or there are too many open files: then others are closed soon.
        if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #settle(): void {
    for (const stranger of this.#early.values()) stranger.close();
    this.#early.clear();
    if (!this.#retired || this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }
}

function reasonOf(error: unknown): string {
  const text = messageOf(error);
  if (/KeyMismatch|inconsistent|consistent/.test(text)) {
    return "the key is not that of the certificate";
  }
  if (/No certificates/i.test(text)) return "the file of the certificate has none in PEM";
  if (/No keys/i.test(text)) return "the file of the key has none in PEM";
  return text.replace(/ \(os error \d+\).*$/s, "");
}
