import { TlsConnection } from "./tls_connection.ts";
import { type TlsIdentity, TlsInside } from "./tls_inside.ts";

/** Handshakes that go on at the same time; for one more, the one that began first is given up. */
const MAX_HANDSHAKES = 1_024;

/**
 * Speaks TLS on connections that were accepted as plain ones.
 *
 * Deno accepts TLS connections by itself, too, but one that is closed before its handshake is done
 * keeps its socket until the other end goes away: who stays silent could take all sockets. So
 * the sockets of others are plain ones, which close at once, and their bytes go through loopback to a
 * listener that only this process gets to. It also lets the certificate be replaced at any time.
 */
export class TlsFront implements Disposable {
  readonly #maxHandshakes: number;
  /** Those whose handshake is not done, in the order in which they came. */
  readonly #shaking = new Set<TlsConnection>();
  #inside: TlsInside;

  /** @throws {NetError} `tls` when the certificate or the key cannot be used, or not together. */
  constructor(identity: TlsIdentity, maxHandshakes = MAX_HANDSHAKES) {
    this.#inside = new TlsInside(identity);
    this.#maxHandshakes = maxHandshakes;
  }

  /** How many handshakes go on. */
  get handshakes(): number {
    return this.#shaking.size;
  }

  /**
   * Has another certificate count from now on; connections that are open keep theirs.
   *
   * @throws {NetError} `tls`; nothing has changed then.
   */
  renew(identity: TlsIdentity): void {
    const before = this.#inside;
    this.#inside = new TlsInside(identity);
    before.retire();
  }

  /**
   * Begins the server's side of TLS. Where many do not finish, whoever came first has had most time:
   * an honest handshake takes a fraction of a second.
   *
   * @param onFailed Told why the handshake failed.
   */
  accept(conn: Deno.TcpConn, onFailed: (error: unknown) => void): TlsConnection {
    const secure = new TlsConnection(conn, (wanted) => {
      this.#begin(secure);
      return this.#inside.open(wanted);
    }, onFailed);
    return secure;
  }

  #begin(secure: TlsConnection): void {
    if (this.#shaking.size >= this.#maxHandshakes) {
      const [first] = this.#shaking;
      this.#shaking.delete(first!);
      first!.close();
    }
    this.#shaking.add(secure);
    Promise.race([secure.handshake(), secure.ended]).catch(() => {})
      .finally(() => this.#shaking.delete(secure));
  }

  [Symbol.dispose](): void {
    this.#inside.retire();
  }
}
