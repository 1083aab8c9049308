import { printable } from "../base/printable.ts";
import { TrackerError } from "../tracker/errors.ts";
import type { Registry } from "../tracker/registry.ts";
import {
  type Announce,
  type AnnounceAnswer,
  type ExtendedRequest,
  type Find,
  type FindAnswer,
  NUMWANT,
} from "../wire/tracker_lines.ts";
import { encodeExtendedError, encodeOk } from "../wire/tracker_replies.ts";
import { ANNOUNCE_INTERVAL_MS } from "./defaults.ts";
import type { DoorContext } from "./line_door.ts";

/** Answers one request of the extended line protocol. */
export function answerExtended(
  request: ExtendedRequest,
  host: string,
  registry: Registry,
  context: DoorContext,
): Uint8Array {
  try {
    switch (request.kind) {
      case "announce":
        return encodeOk(announce(request.announce, host, registry, context));
      case "find":
        return encodeOk(find(request.find, host, registry, context));
      case "bad_request":
        context.onRequest("refused", `bad request: ${request.field}`);
        return encodeExtendedError("bad_request", `Cannot use ${request.field}`);
      default:
        return request satisfies never;
    }
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    context.onRequest("refused", error.message);
    const code = error.code === "too_fast" || error.code === "full" ? error.code : "refused";
    return encodeExtendedError(code, error.message);
  }
}

function announce(
  told: Announce,
  host: string,
  registry: Registry,
  context: DoorContext,
): AnnounceAnswer {
  const { event, ...rest } = told;
  const stopped = event === "stopped";
  const { seeders, leechers, peers } = registry.announce(
    { ...rest, host, stopped },
    context.now(),
  );
  const what = stopped ? "stopped" : told.left === 0 ? "seeds" : "downloads";
  context.onRequest("registered", `${printable(told.name)} on port ${told.port}: ${what}`);
  return {
    interval: ANNOUNCE_INTERVAL_MS / 1000,
    seeders,
    leechers,
    peers: peers.map(({ host, port, seed }) => ({ host, port, seed })),
  };
}

function find(told: Find, host: string, registry: Registry, context: DoorContext): FindAnswer {
  const { limit, after, ...wanted } = told;
  const now = context.now();
  const found = registry.findShares(wanted, { after, most: limit + 1 }, { host, now });
  const page = found.slice(0, limit);
  const asked = printable(wanted.name ?? wanted.prefix ?? wanted.hash ?? "");
  context.onRequest("asked", `for ${asked}: ${page.length} shares`);
  const classic = wanted.name === undefined
    ? []
    : registry.findClassic(wanted.name, NUMWANT.most, now);
  return {
    shares: page.map(({ order: _order, firstSeen, ...share }) => ({
      ...share,
      age: Math.max(0, Math.round((now - firstSeen) / 1000)),
    })),
    classic: classic.map(({ host, port }) => ({ host, port })),
    ...(found.length > limit ? { next: page.at(-1)!.order } : {}),
  };
}
