import { printable } from "../../base/printable.ts";
import { TrackerError } from "../../tracker/errors.ts";
import { encodeAnnounced } from "../../wire/announce_reply.ts";
import {
  type Announce,
  type AnnounceAnswer,
  type ExtendedRequest,
  type Find,
  type FindAnswer,
  NUMWANT,
} from "../../wire/tracker_lines.ts";
import {
  encodeExtendedError,
  encodeOk,
  type ExtendedErrorCode,
} from "../../wire/tracker_replies.ts";
import type { DoorContext } from "./line_door.ts";
import type { TrackerCore } from "./tracker_core.ts";

/** Answers one request of the extended line protocol. */
export function answerExtended(
  request: ExtendedRequest,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Uint8Array {
  try {
    core.access.admitAddress(host);
    switch (request.kind) {
      case "announce":
        return announce(request.announce, host, core, context);
      case "find":
        return encodeOk(find(request.find, host, core, context));
      case "stats":
        core.access.admitKey(request.key);
        core.registry.admit({ host, now: context.now() });
        context.onRequest("asked", () => "for statistics");
        return encodeOk(core.stats());
      case "bad_request":
        core.metrics.failed("line", "bad_request");
        context.onRequest("refused", () => `bad request: ${request.field}`);
        return encodeExtendedError("bad_request", `Cannot use ${request.field}`);
      default:
        return request satisfies never;
    }
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    core.metrics.failed("line", error.code);
    context.onRequest("refused", () => error.message);
    return encodeExtendedError(codeOf(error), error.message);
  }
}

function codeOf({ code }: TrackerError): ExtendedErrorCode {
  return code === "name_full" || code === "too_many_names" ? "refused" : code;
}

function announce(
  told: Announce,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Uint8Array {
  const { event, key, ...rest } = told;
  core.admit(rest, key);
  const began = context.now();
  const stopped = event === "stopped";
  const { seeders, leechers, peers } = core.registry.announceListed(
    { ...rest, host, stopped, completed: event === "completed" },
    began,
  );
  const interval = Math.round(core.registry.intervalMs / 1000);
  const reply = encodeAnnounced({ interval, seeders, leechers, ...portOf(context) }, peers);
  core.metrics.announced("line", context.now() - began);
  context.onRequest("registered", () => {
    const what = stopped ? "stopped" : told.left === 0 ? "seeds" : "downloads";
    return `${printable(told.name)} on port ${told.port}: ${what}`;
  });
  return reply;
}

function portOf({ http }: DoorContext): Pick<AnnounceAnswer, "http_port" | "https_port"> {
  if (!http) return {};
  return http.secure ? { https_port: http.port } : { http_port: http.port };
}

function find(told: Find, host: string, core: TrackerCore, context: DoorContext): FindAnswer {
  const { limit, after, key, ...wanted } = told;
  core.access.admitKey(key);
  const now = context.now();
  const page = { after, most: limit };
  const { shares, next } = core.registry.findShares(wanted, page, { host, now });
  context.onRequest("asked", () => {
    const asked = printable(wanted.name ?? wanted.prefix ?? wanted.hash ?? "");
    return `for ${asked}: ${shares.length} shares`;
  });
  core.metrics.served("line", "find");
  const classic = wanted.name === undefined
    ? []
    : core.registry.findClassic(wanted.name, NUMWANT.most, now)
      .filter(({ host }) => core.access.takesAddress(host));
  return {
    shares: shares.filter((share) => core.shows(share)).map((
      { order: _order, firstSeen, ...share },
    ) => ({
      ...share,
      age: Math.max(0, Math.round((now - firstSeen) / 1000)),
    })),
    classic: classic.map(({ host, port }) => ({ host, port })),
    ...(next === undefined ? {} : { next }),
  };
}
