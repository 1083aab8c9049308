import { TlsConnection } from "./tls_connection.ts";
import { type TlsIdentity, TlsInside } from "./tls_inside.ts";

/** Handshakes that go on at the same time. */
const MAX_HANDSHAKES = 256;

/**
 * Speaks TLS on connections that were accepted as plain ones.
 *
 * Deno accepts TLS connections by itself, too, but one that is closed before its handshake is done
 * keeps its socket until the other end goes away: who stays silent could take all sockets. So
 * the sockets of others are plain ones, which close at once, and their bytes go through loopback to a
 * listener that only this process gets to. It also lets the certificate be replaced at any time.
 */
export class TlsFront implements Disposable {
  #inside: TlsInside;
  #handshakes = 0;

  /** @throws {NetError} `tls` when the certificate or the key cannot be used, or not together. */
  constructor(identity: TlsIdentity) {
    this.#inside = new TlsInside(identity);
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
   * Begins the server's side of TLS.
   *
   * @param onFailed Told why a handshake failed.
   * @returns Undefined when too many handshakes go on: nothing was done then.
   */
  accept(conn: Deno.TcpConn, onFailed: (error: unknown) => void): TlsConnection | undefined {
    if (this.#handshakes >= MAX_HANDSHAKES) return undefined;
    this.#handshakes++;
    const secure = new TlsConnection(conn, this.#inside.open(), onFailed);
    Promise.race([secure.handshake(), secure.ended]).catch(() => {})
      .finally(() => this.#handshakes--);
    return secure;
  }

  [Symbol.dispose](): void {
    this.#inside.retire();
  }
}
