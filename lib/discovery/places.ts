import { lookup } from "node:dns/promises";
import { messageOf } from "../base/errors.ts";
import { type AddressKind, addressKind, normalizeIp } from "../base/ip.ts";
import { orAbort } from "../base/or_abort.ts";
import { printable } from "../base/printable.ts";
import { DiscoveryError } from "./errors.ts";

/** An address that a name stands for, and that may be asked. */
export interface Place {
  readonly address: string;
  readonly family: 4 | 6;
  readonly kind: AddressKind;
}

/** Where we may go. */
export interface PlaceOptions {
  /**
   * Whether this machine and private networks may be asked, too: the person named the tracker, or
   * it is known to be there.
   */
  readonly local: boolean;
  /** Finds the addresses of a host, and fails when it has none; default: as the system does. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/**
 * The addresses of a URL's host that may be asked, IPv4 first, each checked: a name can stand for
 * any place.
 *
 * @throws {DiscoveryError} `unreachable` when it has none, `forbidden` when all are where we do not go.
 * @throws The signal's reason.
 */
export async function placesOf(
  url: URL,
  options: PlaceOptions,
  signal: AbortSignal,
): Promise<Place[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const { local, resolve = addressesOf } = options;
  let found: readonly string[];
  try {
    found = await orAbort(resolve(host), signal);
  } catch (error) {
    signal.throwIfAborted();
    const why = printable(messageOf(error), 200);
    throw new DiscoveryError("unreachable", `its name is not found: ${why}`, { cause: error });
  }
  const places = [...new Set(found.map(normalizeIp))].map(placeOf);
  const allowed = places.filter(({ kind }) => mayAsk(kind, local));
  if (allowed.length > 0) return allowed.sort((a, b) => a.family - b.family);
  const [first] = places;
  if (first === undefined) throw new DiscoveryError("unreachable", "its name has no address");
  const at = `${printable(host, 100)} is the ${first.kind} address ${
    printable(first.address, 100)
  }`;
  throw new DiscoveryError("forbidden", `${at}, where a tracker that others name is not asked`);
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function placeOf(address: string): Place {
  return { address, family: address.includes(":") ? 6 : 4, kind: addressKind(address) };
}

function mayAsk(kind: AddressKind, local: boolean): boolean {
  switch (kind) {
    case "public":
      return true;
    case "loopback":
    case "private":
    case "link-local":
      return local;
    case "unspecified":
    case "multicast":
    case "broadcast":
    case "invalid":
      return false;
    default:
      return kind satisfies never;
  }
}
