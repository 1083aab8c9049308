import type { InfoHash } from "../base/ids.ts";
import { printable } from "../base/printable.ts";
import { WireError } from "../wire/errors.ts";
import { announceUrl } from "../wire/http_announce.ts";
import { type HttpAnswer, MAX_HTTP_ANSWER, parseHttpAnswer } from "../wire/http_answer.ts";
import type { HttpReply } from "../wire/http_reply.ts";
import type { TrackerAnnounce } from "../wire/tracker_announce.ts";
import { DiscoveryError } from "./errors.ts";
import { gunzip } from "./gunzip.ts";
import { httpGet } from "./http_get.ts";
import type { PlaceOptions } from "./places.ts";
import { ANNOUNCE_MS, type TrackerClient, type TrackerReply } from "./tracker_client.ts";

/** Redirects that are followed. */
const MAX_REDIRECTS = 5;

/** The longest URL that a redirect may lead to. */
const MAX_URL = 8_192;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** How an HTTP tracker is asked. */
export interface HttpTrackerOptions extends PlaceOptions {
  /** Our name, as servers are told. */
  readonly client: string;
}

/** A tracker of BEP 3 over http or https. */
export class HttpTracker implements TrackerClient {
  readonly #url: URL;
  readonly #options: HttpTrackerOptions;
  readonly #ids = new Map<InfoHash, Uint8Array>();

  constructor(url: URL, options: HttpTrackerOptions) {
    this.#url = url;
    this.#options = options;
  }

  /** See {@linkcode TrackerClient}. Five redirects are followed, each checked like the tracker. */
  async announce(announce: TrackerAnnounce, signal: AbortSignal): Promise<TrackerReply> {
    const deadline = AbortSignal.timeout(ANNOUNCE_MS);
    const { infoHash } = announce;
    const target = announceUrl(this.#url, announce, this.#ids.get(infoHash));
    try {
      const { reply, kind } = await this.#get(target, AbortSignal.any([signal, deadline]));
      const answer = await answerOf(reply);
      if (answer.trackerId) this.#ids.set(infoHash, answer.trackerId);
      return { answer, trackerKind: kind };
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) {
        const text = `no whole answer within ${ANNOUNCE_MS / 1000} s`;
        throw new DiscoveryError("timeout", text, { cause: error });
      }
      if (!(error instanceof WireError)) throw error;
      throw new DiscoveryError("bad_answer", printable(error.message, 300), { cause: error });
    }
  }

  async #get(first: string, signal: AbortSignal) {
    let target = first;
    let { local } = this.#options;
    for (let redirects = 0;; redirects++) {
      const options = { ...this.#options, local, maxBody: MAX_HTTP_ANSWER };
      const got = await httpGet(target, options, signal);
      const { status, headers } = got.reply;
      if (!REDIRECTS.has(status)) return got;
      if (redirects === MAX_REDIRECTS) {
        throw new DiscoveryError("bad_answer", `it redirects more than ${MAX_REDIRECTS} times`);
      }
      // A server elsewhere cannot send us to what only this network reaches, whoever named it.
      local &&= got.kind !== "public";
      target = redirected(target, headers.get("location"));
    }
  }
}

function redirected(from: string, location = ""): string {
  const url = location.length <= MAX_URL ? URL.parse(location, from) : null;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) {
    return url.origin + url.pathname + url.search;
  }
  const where = printable(location, 100);
  throw new DiscoveryError("bad_answer", `it redirects to "${where}", which is no HTTP URL`);
}

/** Some trackers say with a status of failure why they refuse. */
async function answerOf({ status, headers, body }: HttpReply) {
  let answer: HttpAnswer;
  try {
    const zipped = headers.get("content-encoding")?.toLowerCase() === "gzip";
    answer = parseHttpAnswer(zipped ? await gunzip(body, MAX_HTTP_ANSWER) : body);
  } catch (error) {
    if (status === 200) throw error;
    throw new DiscoveryError("refused", `it answers with HTTP status ${status}`, { cause: error });
  }
  if (answer.kind === "answer") return answer.answer;
  const { reason, retryIn } = answer;
  const retryMs = retryIn === "never" ? Infinity : retryIn === undefined ? retryIn : retryIn * 60e3;
  throw new DiscoveryError("refused", printable(reason.trim(), 300), {
    ...retryMs !== undefined && { retryMs },
  });
}
