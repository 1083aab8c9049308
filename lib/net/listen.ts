import { messageOf } from "../base/errors.ts";
import { NetError } from "./errors.ts";

/** Where to listen. */
export interface ListenOptions {
  /** An address; absent: every address, IPv4 and IPv6. */
  readonly host?: string;
  /** TCP port; 0: a free one. */
  readonly port: number;
}

/** Sockets that take connections on one port. */
export interface Listening extends Disposable {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly port: number;
  /**
   * Hands every connection to `onConnection` until the sockets are closed. A failed accept (too
   * many open files, for instance) is told to `onError` and tried again after a short rest; one that
   * fails in the same way again is told once a minute.
   */
  accept(
    onConnection: (conn: Deno.TcpConn) => void,
    onError: (error: unknown) => void,
  ): Promise<void>;
  close(): void;
}

/**
 * Connections that wait to be taken, as many as Linux allows by default. Who comes when there is no room
 * is not heard, and tries again after a second.
 */
const BACKLOG = 4_096;

/** How long to rest after an accept that failed. */
const ACCEPT_REST_MS = 100;

/** How long a failure is not told again: a lack of descriptors may last for days. */
const TELL_AGAIN_MS = 60_000;

/**
 * Listens on one address, or on all of them. One IPv6 socket takes IPv4 too where the system
 * allows (Linux, macOS); elsewhere (Windows) a second socket does.
 *
 * @throws {NetError} `bind` when the port is taken or the address is not this machine's.
 */
export function listen(options: ListenOptions): Listening {
  const { host, port } = options;
  const listeners = host === undefined ? listenOnAll(port) : [listenOn(host, port)];
  const actual = listeners[0]!.addr.port;
  let open = true;
  return {
    port: actual,
    addresses: listeners.flatMap(({ addr }) =>
      host === undefined && listeners.length === 1 && addr.hostname === "::"
        ? [{ host: "0.0.0.0", port: actual }, { host: "::", port: actual }]
        : [{ host: addr.hostname, port: actual }]
    ),
    async accept(onConnection, onError) {
      const told = new Map<string, number>();
      await Promise.all(listeners.map(async (listener) => {
        while (open) {
          try {
            onConnection(await listener.accept());
          } catch (error) {
            if (!open || error instanceof Deno.errors.BadResource) return;
            const [what, now] = [messageOf(error), performance.now()];
            if (now - (told.get(what) ?? -Infinity) >= TELL_AGAIN_MS) {
              told.set(what, now);
              onError(error);
            }
            await new Promise((resolve) => setTimeout(resolve, ACCEPT_REST_MS));
          }
        }
      }));
    },
    close() {
      if (!open) return;
      open = false;
      for (const listener of listeners) listener.close();
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}

function listenOn(hostname: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const taken = error instanceof Deno.errors.AddrInUse;
    const where = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
    throw new NetError(
      "bind",
      taken ? `${where} is in use by another program` : `${where}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function listenOnAll(port: number): Deno.TcpListener[] {
  let six: Deno.TcpListener;
  try {
    six = listenOn("::", port);
  } catch (error) {
    if ((error as NetError).cause instanceof Deno.errors.AddrInUse) throw error;
    return [listenOn("0.0.0.0", port)]; // no IPv6 here
  }
  if (Deno.build.os !== "windows") return [six];
  try {
    return [listenOn("0.0.0.0", six.addr.port), six];
  } catch (error) {
    six.close();
    throw error;
  }
}
