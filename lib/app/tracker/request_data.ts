import { formatMagnet } from "../../meta/magnet.ts";
import type { ListedShare } from "../../tracker/share_types.ts";
import { httpCredential } from "../../wire/http_credential.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import type {
  ApiShare,
  ApiShareDetails,
  ApiStats,
  ClientCount,
  PeersPage,
  ShareHealth,
  ShareHistory,
  ShareRange,
  SharesPage,
  SharesQuery,
  TrackerHistory,
  TrackerRange,
} from "./api_types.ts";
import { clientName } from "./client_names.ts";
import { ownUrls } from "./own_urls.ts";
import { searchInSteps, type SearchPage } from "./search_in_steps.ts";
import type { TrackerLive } from "./tracker_live.ts";
import type { TrackerData } from "./web_face.ts";

/** Shares of a page: when nobody says how many, and at most. */
export const SHARES_LIMIT = { usual: 20, most: 100 } as const;

/** Peers of a page. */
export const PEERS_LIMIT = { usual: 100, most: 1_000 } as const;

/** Kinds of clients that are told of one by one. */
const MOST_CLIENTS = 20;

/** What a tracker tells one request. Its calls throw a `TrackerError` where a limit is reached. */
export class RequestData implements TrackerData {
  readonly #live: TrackerLive;
  readonly #request: HttpRequest;
  readonly #host: string;
  #isAdmin: boolean | undefined;

  /** @param host The address that the request came from. */
  constructor(live: TrackerLive, request: HttpRequest, host: string) {
    this.#live = live;
    this.#request = request;
    this.#host = host;
  }

  get isAdmin(): boolean {
    const { admin, core } = this.#live;
    // Who shows a good key of a private tracker has not guessed at the token.
    return this.#isAdmin ??= this.#key === undefined &&
      admin.lets(this.#request, this.#host, core.now());
  }

  /** The key that the request shows, if one is needed and it is good. */
  get #key(): string | undefined {
    const { access } = this.#live.core;
    if (!access.isPrivate) return undefined;
    const key = httpCredential(this.#request.headers.get("authorization"));
    return access.takesKey(key) ? key : undefined;
  }

  stats(): ApiStats {
    this.#admit();
    const stats = this.#live.stats();
    return this.isAdmin ? { ...stats, problems: this.#live.core.problems(true) } : stats;
  }

  history(range: TrackerRange): TrackerHistory {
    this.#admit();
    return this.#live.history(range);
  }

  async shares(query: SharesQuery): Promise<SharesPage> {
    this.#admit();
    const { core, ranks, queue } = this.#live;
    const { view } = core.registry;
    const { q: text = "", sort = "age" } = query;
    const descending = (query.order ?? (sort === "name" ? "asc" : "desc")) === "desc";
    const most = within(query.limit ?? SHARES_LIMIT.usual, 1, SHARES_LIMIT.most);
    const after = within(query.after ?? 0, 0, Number.MAX_SAFE_INTEGER);
    // The share with the greatest age is the one that came first.
    const rank = sort === "age" ? undefined : await ranks.get(sort);
    const read = (page: SearchPage) =>
      rank
        ? view.ranks.page(rank, { text, descending, ...page })
        : view.list(text, page, !descending);
    const { shares, next } = text === ""
      ? read({ after, most })
      : await queue.run(searchInSteps(read, after, most));
    core.metrics.served("http", "find");
    return {
      shares: shares.filter((share) => core.shows(share)).map((share) => this.#told(share)),
      total: view.size,
      ...next === undefined ? {} : { next },
    };
  }

  share(hash: string): ApiShareDetails | undefined {
    this.#admit();
    return this.watch(hash);
  }

  /** As {@linkcode share}, outside the limit of requests: for one who is told again and again. */
  watch(hash: string): ApiShareDetails | undefined {
    const share = this.#find(hash);
    if (!share) return undefined;
    const { torrents } = this.#live;
    const told = this.#told(share);
    const urls = this.#urls();
    const { v2, name, v1 = share.hash } = share;
    const crowd = this.#live.crowd(v2 ?? v1!);
    return {
      ...told,
      magnet: formatMagnet({
        // One that is not known to be either is nearly always v1: a v2 link would need all of it.
        ...v1 !== undefined && { v1 },
        ...v2 !== undefined && { v2 },
        ...name !== undefined && { name },
        trackers: urls,
      }),
      trackers: urls,
      clients: clientsOf(crowd?.clients ?? new Map()),
      families: { ipv4: crowd?.ipv4 ?? 0, ipv6: crowd?.ipv6 ?? 0 },
      reach: crowd?.reach ?? { public: 0, private: 0, loopback: 0 },
      classic: crowd?.classic ?? 0,
      torrent: torrents?.has(told.id) ?? false,
    };
  }

  shareHistory(hash: string, range: ShareRange): ShareHistory | undefined {
    this.#admit();
    const share = this.#find(hash);
    return share && this.#live.shareHistory(share.order, range);
  }

  peers(hash: string, after: number, limit: number): PeersPage | undefined {
    this.#admit();
    if (!this.isAdmin || !this.#find(hash)) return undefined;
    const { registry: { view }, now } = this.#live.core;
    const most = within(limit, 1, PEERS_LIMIT.most);
    const page = { after: within(after, 0, Number.MAX_SAFE_INTEGER), most };
    const found = view.peers(hash, page, now());
    if (!found) return undefined;
    const { peers, next } = found;
    return {
      peers: peers.map(({ host, port, peerId, client, seed, classic, age }) => ({
        host,
        port,
        peer_id: peerId,
        ...client === "" ? {} : { client: clientName(client) ?? client },
        seed,
        classic,
        age: Math.round(age / 1000),
      })),
      ...next === undefined ? {} : { next },
    };
  }

  #urls(): string[] {
    const { http, linePort } = this.#live;
    if (!http) return [];
    const key = this.#key;
    const line = linePort === undefined ? {} : { line: linePort };
    const own = key === undefined ? {} : { key };
    const { headers } = this.#request;
    const ports = { ...http, ...line, ...own };
    return ownUrls(headers.get("host"), ports, headers.get("x-forwarded-proto"));
  }

  #find(hash: string): ListedShare | undefined {
    const { core } = this.#live;
    const share = core.registry.view.find(hash);
    return share && core.shows(share) ? share : undefined;
  }

  #told({ order: _order, firstSeen, ...share }: ListedShare): ApiShare {
    const { v1, v2, hash, seeders, leechers } = share;
    return {
      id: v2 ?? v1 ?? hash ?? "",
      ...share,
      age: Math.max(0, Math.round((this.#live.core.now() - firstSeen) / 1000)),
      health: healthOf(seeders, leechers),
    };
  }

  #admit(): void {
    const { core } = this.#live;
    core.registry.admit({ host: this.#host, now: core.now() });
  }
}

function healthOf(seeders: number, leechers: number): ShareHealth {
  if (seeders > 1) return "good";
  if (seeders === 1) return "fair";
  return leechers > 0 ? "poor" : "idle";
}

function clientsOf(clients: ReadonlyMap<string, number>): ClientCount[] {
  const known = [...clients].filter(([code]) => code !== "")
    .sort(([one, count], [other, more]) => more - count || (one < other ? -1 : 1));
  const told = known.slice(0, MOST_CLIENTS).map(([code, count]): ClientCount => {
    const name = clientName(code);
    return { code, ...name === undefined ? {} : { name }, count };
  });
  const rest = known.slice(MOST_CLIENTS).reduce((sum, [, count]) => sum + count, 0) +
    (clients.get("") ?? 0);
  return rest === 0 ? told : [...told, { code: "", count: rest }];
}

function within(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.min(most, Math.max(least, Math.trunc(value)));
}
