import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import { DatagramDoor } from "../../net/datagram_door.ts";
import { NetError } from "../../net/errors.ts";
import { AddressSet } from "../../tracker/address_set.ts";
import { withoutKeys } from "../../tracker/tracker_key.ts";
import { AppError } from "../errors.ts";
import { parseKeyedPath } from "../../wire/tracker_path.ts";
import { HttpDoor, type HttpDoorContext } from "./http_door.ts";
import { TlsKeeper } from "./tls_keeper.ts";
import { answerHttp } from "./tracker_http.ts";
import type { TrackerLive } from "./tracker_live.ts";
import type { HostPort, TrackerOptions } from "../types.ts";
import { answerUdp } from "./udp_door.ts";

/** Tries to find a number that is free for TCP and UDP. */
const TRIES = 20;

/** The doors for BitTorrent clients, HTTP and UDP on one number. */
export interface UrlDoors {
  readonly port: number;
  /** Where the HTTP door listens; so does the UDP door. */
  readonly addresses: readonly HostPort[];
  /** Whether HTTP is spoken through TLS. */
  readonly secure: boolean;
  /** Reads again what can change meanwhile. */
  reload(): Promise<void>;
  /** Stops both; requests in hand are answered for at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Opens the HTTP and the UDP door of a tracker.
 *
 * @param live What stands behind its pages; it is stopped by whoever made it, after the doors.
 *
 * @returns Undefined when the options want none.
 * @throws {AppError} `bind` when the port is taken or the address is not this machine's;
 * `invalid_input` when a proxy that is to be trusted is no network, or a certificate is none;
 * `file_read`.
 */
export async function openUrlDoors(
  options: TrackerOptions,
  live: TrackerLive,
): Promise<UrlDoors | undefined> {
  const { host, httpPort, logRequests = false } = options;
  if (httpPort === undefined) return undefined;
  const proxies = proxiesOf(options);
  const tls = options.tls && await TlsKeeper.open(options.tls, live.core.log);
  for (let tries = TRIES;; tries--) {
    try {
      const where = { ...(host === undefined ? {} : { host }), port: httpPort };
      return await openBoth(where, live, { logRequests, proxies, tls });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      // A free TCP port may be taken for UDP.
      if (httpPort === 0 && tries > 0) continue;
      tls?.[Symbol.dispose]();
      throw new AppError(
        "bind",
        `The tracker cannot listen for BitTorrent clients: ${messageOf(error)}. ` +
          "Choose another --http-port, or --no-http.",
        { cause: error },
      );
    }
  }
}

/** @throws {AppError} `invalid_input`. */
function proxiesOf({ trustProxy = [] }: TrackerOptions): AddressSet | undefined {
  if (trustProxy.length === 0) return undefined;
  const proxies = AddressSet.of(trustProxy);
  if (proxies instanceof AddressSet) return proxies;
  throw new AppError("invalid_input", `A proxy that is to be trusted is none: ${proxies}.`);
}

async function openBoth(
  where: { readonly host?: string; readonly port: number },
  live: TrackerLive,
  { logRequests, proxies, tls }: {
    readonly logRequests: boolean;
    readonly proxies: AddressSet | undefined;
    readonly tls: TlsKeeper | undefined;
  },
): Promise<UrlDoors> {
  const { core } = live;
  const { gate, log, now, metrics } = core;
  const http = new HttpDoor(where, {
    gate,
    ...proxies && { proxies },
    ...tls && { tls: tls.front },
    log,
    now,
    respond: (request, host) => answerHttp(live, request, host),
    ...logRequests && { onAnswered: logRequest(log) },
    onRefused: (code) => metrics.failed("http", code),
  });
  try {
    const udp = await DatagramDoor.open(
      { ...where, port: http.port },
      answerUdp(core),
      (error) => log("warn", `the UDP port: ${messageOf(error)}`),
    );
    live.http = { http: http.port, secure: tls !== undefined };
    live.start();
    return {
      port: http.port,
      addresses: http.addresses,
      secure: tls !== undefined,
      reload: async () => await tls?.reload(),
      async stop(graceMs) {
        await udp[Symbol.asyncDispose]();
        await http.stop(graceMs);
        tls?.[Symbol.dispose]();
      },
    };
  } catch (error) {
    await http.stop(0);
    throw error;
  }
}

/** Logs requests without their queries, and keys in paths: nobody's secrets stand in a log. */
function logRequest(log: Log): NonNullable<HttpDoorContext["onAnswered"]> {
  return ({ method, path }, host, status) => {
    const keyed = parseKeyedPath(path);
    const shown = keyed ? `/…/${keyed.verb}` : printable(withoutKeys(path), 200);
    log("debug", `${host} ${printable(method, 20)} ${shown} ${status}`);
  };
}
