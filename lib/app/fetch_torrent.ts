import { lookup } from "node:dns/promises";
import { concatBytes } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import { type AddressKind, addressKind } from "../base/ip.ts";
import { orAbort } from "../base/or_abort.ts";
import { printable } from "../base/printable.ts";
import { MAX_TORRENT } from "../meta/metainfo.ts";
import type { Metainfo } from "../meta/torrent.ts";
import { AppError, type AppErrorCode } from "./errors.ts";
import { interrupted } from "./interrupted.ts";
import { usableTorrent } from "./usable_torrent.ts";

/** How long a server may take to answer, and the whole fetch. */
const ANSWER_MS = 10_000;
const WHOLE_MS = 30_000;

/** Redirects that are followed. */
const MAX_REDIRECTS = 5;

/** The longest URL that is asked for. */
const MAX_URL = 8_192;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Addresses that are no server's. */
const NOWHERE: ReadonlySet<AddressKind> = new Set([
  "unspecified",
  "multicast",
  "broadcast",
  "invalid",
]);

/** How a torrent is fetched. */
export interface FetchTorrentOptions {
  readonly signal?: AbortSignal;
  /** Finds the addresses of a host, and fails when it has none; default: as the system does. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/**
 * Fetches a `.torrent` file over HTTP or HTTPS: at most 10 MiB, 10 s until a server answers, 30 s in
 * all, five redirects.
 *
 * The URL is the person's own and may name any host. Where it redirects to is the server's choice:
 * this machine and private networks are then refused, unless the person's URL led there itself.
 *
 * @throws {AppError} `invalid_input` when it is no such URL; `connect` when a server cannot be
 * reached or is too slow; `not_found`; `protocol` when it answers anything but a torrent that can be
 * used, or redirects to where it may not; `interrupted` by the signal.
 */
export async function fetchTorrent(
  url: string,
  options: FetchTorrentOptions = {},
): Promise<Metainfo> {
  const { signal, resolve = addressesOf } = options;
  const deadline = AbortSignal.timeout(WHOLE_MS);
  const ends = signal ? AbortSignal.any([signal, deadline]) : deadline;
  // A client of its own keeps no connection open after it.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  let target = parseUrl(url);
  const kindsOf = (url: URL) =>
    orAbort(resolve(hostOf(url)), ends).then((ips) => ips.map(addressKind));
  // Behind a proxy this machine may know no addresses: then the request itself tells.
  const kinds = await kindsOf(target).catch(() => []);
  if (kinds.length > 0 && kinds.every((kind) => NOWHERE.has(kind))) {
    throw failure("invalid_input", target, "its host is no address of a server");
  }
  const inner = kinds.some(isInner);
  try {
    for (let redirects = 0;; redirects++) {
      if (redirects > 0) checkRedirect(target, await kindsOf(target), inner);
      const response = await ask(target, client, ends);
      if (!REDIRECTS.has(response.status)) {
        return usableTorrent(await readBody(response, target, ends), shown(target), "protocol");
      }
      await response.body?.cancel();
      if (redirects === MAX_REDIRECTS) {
        throw failure("protocol", target, `it redirects more than ${MAX_REDIRECTS} times`);
      }
      target = redirected(target, response.headers.get("location"));
    }
  } catch (error) {
    if (signal?.aborted) throw interrupted("Nothing was fetched.");
    if (error instanceof AppError) throw error;
    const why = deadline.aborted
      ? `it took longer than ${WHOLE_MS / 1000} s`
      : printable(reasonOf(error), 300);
    throw failure("connect", target, why, error);
  }
}

function parseUrl(text: string): URL {
  const url = text.length <= MAX_URL ? URL.parse(text.trim()) : null;
  if (url && isHttp(url)) return url;
  throw new AppError(
    "invalid_input",
    `"${printable(text, 200)}" is no URL of a torrent; it begins with http:// or https://.`,
  );
}

function isHttp(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function redirected(from: URL, location: string | null): URL {
  const url = location !== null && location.length <= MAX_URL ? URL.parse(location, from) : null;
  if (url && isHttp(url)) return url;
  const where = location === null ? "nowhere" : `"${printable(location, 200)}"`;
  throw failure("protocol", from, `it redirects to ${where}, which is no HTTP URL`);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function isInner(kind: AddressKind): boolean {
  return kind === "loopback" || kind === "private" || kind === "link-local";
}

function checkRedirect(url: URL, kinds: readonly AddressKind[], inner: boolean): void {
  const bad = kinds.find((kind) => NOWHERE.has(kind) || isInner(kind) && !inner);
  if (bad === undefined) return;
  const what = `the server redirected there, and that is a ${bad} address`;
  throw failure("protocol", url, `${what}. If it is right, name this URL yourself`);
}

async function ask(url: URL, client: Deno.HttpClient, signal: AbortSignal): Promise<Response> {
  const slow = new AbortController();
  const timer = setTimeout(() => {
    slow.abort(new Error(`the server did not answer within ${ANSWER_MS / 1000} s`));
  }, ANSWER_MS);
  try {
    return await fetch(url, {
      client,
      redirect: "manual",
      headers: { accept: "application/x-bittorrent, */*;q=0.1" },
      signal: AbortSignal.any([signal, slow.signal]),
    });
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(response: Response, url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const { status, body } = response;
  if (status !== 200) {
    await body?.cancel();
    const code = status === 404 || status === 410 ? "not_found" : "protocol";
    throw failure(code, url, `the server answers ${status} ${printable(response.statusText, 80)}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    signal.throwIfAborted();
    length += chunk.length;
    if (length > MAX_TORRENT) {
      throw failure("protocol", url, `it has more than ${MAX_TORRENT} bytes`);
    }
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}

function failure(code: AppErrorCode, url: URL, why: string, cause?: unknown): AppError {
  const next = code === "connect" ? " Is the URL right, and are you online?" : "";
  return new AppError(
    code,
    `The torrent at "${printable(shown(url))}" cannot be fetched: ${why.trim()}.${next}`,
    { fault: code === "invalid_input" ? "local" : "remote", ...cause ? { cause } : {} },
  );
}

/** A URL as it may stand in a message: without a password. */
function shown(url: URL): string {
  const copy = new URL(url);
  copy.username = "";
  copy.password = "";
  return copy.href;
}

/** The last cause in a chain tells most. */
function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  return messageOf(last).replace(/ \(os error \d+\)/, "").replace(/\.$/, "");
}
