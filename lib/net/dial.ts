import { lookup } from "node:dns/promises";
import { messageOf } from "../base/errors.ts";
import { orAbort } from "../base/or_abort.ts";
import { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";

/** How to dial. */
export interface DialOptions {
  /** The most milliseconds for names and handshakes together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Which addresses of a name may be dialled; default: all. */
  readonly allow?: (address: string) => boolean;
}

/**
 * Opens a TCP connection. IPv4 addresses of a name are tried before IPv6 ones, since the original
 * programs know IPv4 only, and the address that a tracker sees is the one that it hands on.
 *
 * @throws {NetError} `connect` when no address answers, `timeout`, `aborted`.
 */
export async function dial(host: string, port: number, options: DialOptions): Promise<Connection> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    let failure: unknown = new Error(`"${host}" has no address`);
    for (const address of await orAbort(resolve(host), signal)) {
      if (options.allow?.(address) === false) {
        failure = new Error(`"${host}" is ${address}, which is not dialled on a stranger's word`);
        continue;
      }
      try {
        const dialing = Deno.connect({ hostname: address, port });
        const conn = await orAbort(dialing, signal, (late) => late.close());
        conn.setNoDelay(true);
        return new Connection(conn, options.signal);
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
      }
    }
    throw failure;
  } catch (error) {
    if (options.signal?.aborted) throw new NetError("aborted", "given up", { cause: error });
    if (deadline.aborted) {
      const text = `no answer within ${Math.ceil(options.timeoutMs / 1000)} s`;
      throw new NetError("timeout", text, { cause: error, fault: "remote" });
    }
    const text = messageOf(error).replace(/ \(os error \d+\)/, "");
    throw new NetError("connect", text, { cause: error, fault: "remote" });
  }
}

async function resolve(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch((error) => {
    const unknown = error instanceof Error && "code" in error && error.code === "ENOTFOUND";
    throw unknown ? new Error(`no host is called "${host}"`, { cause: error }) : error;
  });
  const sorted = found.sort((a, b) => a.family - b.family).map(({ address }) => address);
  return [...new Set(sorted)];
}
