import { messageOf } from "../../base/errors.ts";
import { DatagramDoor } from "../../net/datagram_door.ts";
import { NetError } from "../../net/errors.ts";
import { AppError } from "../errors.ts";
import { HttpDoor } from "./http_door.ts";
import type { TrackerCore } from "./tracker_core.ts";
import { answerHttp } from "./tracker_http.ts";
import type { HostPort, TrackerOptions } from "../types.ts";
import { answerUdp } from "./udp_door.ts";

/** Tries to find a number that is free for TCP and UDP. */
const TRIES = 20;

/** The doors for BitTorrent clients, HTTP and UDP on one number. */
export interface UrlDoors {
  readonly port: number;
  /** Where the HTTP door listens; so does the UDP door. */
  readonly addresses: readonly HostPort[];
  /** Stops both; requests in hand are answered for at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Opens the HTTP and the UDP door of a tracker.
 *
 * @returns Undefined when the options want none.
 * @throws {AppError} `bind` when the port is taken or the address is not this machine's.
 */
export async function openUrlDoors(
  options: TrackerOptions,
  core: TrackerCore,
): Promise<UrlDoors | undefined> {
  const { host, httpPort } = options;
  if (httpPort === undefined) return undefined;
  for (let tries = TRIES;; tries--) {
    try {
      return await openBoth({ ...(host === undefined ? {} : { host }), port: httpPort }, core);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      // A free TCP port may be taken for UDP.
      if (httpPort === 0 && tries > 0) continue;
      throw new AppError(
        "bind",
        `The tracker cannot listen for BitTorrent clients: ${messageOf(error)}. ` +
          "Choose another --http-port, or --no-http.",
        { cause: error },
      );
    }
  }
}

async function openBoth(
  where: { readonly host?: string; readonly port: number },
  core: TrackerCore,
): Promise<UrlDoors> {
  const { gate, log, now, metrics } = core;
  const http = new HttpDoor(where, {
    gate,
    log,
    now,
    respond: (request, host) => answerHttp(core, request, host),
    onRefused: (code) => metrics.failed("http", code),
  });
  try {
    const udp = await DatagramDoor.open(
      { ...where, port: http.port },
      answerUdp(core),
      (error) => log("warn", `the UDP port: ${messageOf(error)}`),
    );
    return {
      port: http.port,
      addresses: http.addresses,
      async stop(graceMs) {
        await udp[Symbol.asyncDispose]();
        await http.stop(graceMs);
      },
    };
  } catch (error) {
    await http.stop(0);
    throw error;
  }
}
