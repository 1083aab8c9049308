import { inRoot } from "../../../scripts/packages.ts";
import { succeeds } from "./child.ts";
import { JsonChild } from "./json_child.ts";

const FOLDER = Deno.env.get("MINI_TORRENT_WEBTORRENT");
const CLIENT = `${FOLDER}/node_modules/bittorrent-tracker/client.js`;

/** Why the clients of bittorrent-tracker cannot be used here. */
export const NO_CLIENTS: string | undefined = FOLDER === undefined
  ? "MINI_TORRENT_WEBTORRENT names no folder with it"
  : succeeds("node", "--check", CLIENT)
  ? undefined
  : `there is no ${CLIENT}`;

/** What a client tells of a swarm; `downloaded` after a scrape only. */
export interface Counts {
  readonly announce: string;
  readonly infoHash: string;
  readonly complete: number;
  readonly incomplete: number;
  readonly downloaded?: number;
}

/** One client of bittorrent-tracker: each event is waited for once, in their order. */
export class TrackerClient {
  readonly #child: JsonChild;
  readonly #id: number;
  #last = 0;

  constructor(child: JsonChild, id: number) {
    this.#child = child;
    this.#id = id;
  }

  /** Calls a method of it; a word that is no method of a client makes one, or scrapes without. */
  tell(what: string, options?: unknown): Promise<void> {
    return this.#child.tell({ do: what, id: this.#id, ...options !== undefined && { options } });
  }

  /** Waits for the next event of a name. */
  async next<T = Counts>(event: string): Promise<T> {
    const found = await this.#child.event<T & { readonly n: number }>(event, ({ id, n }) => {
      return id === this.#id && Number(n) > this.#last;
    });
    this.#last = found.n;
    return found;
  }

  /** Calls a method, and waits for the event that follows it. */
  async does<T = Counts>(what: string, event: string, options?: unknown): Promise<T> {
    await this.tell(what, options);
    return await this.next<T>(event);
  }
}

/** A process of clients. */
export class TrackerClients implements AsyncDisposable {
  readonly #child: JsonChild;
  #count = 0;

  constructor() {
    const script = inRoot("tests/interop/support/tracker_clients.mjs");
    this.#child = new JsonChild("node", [script, FOLDER!], { end: (input) => input.close() });
  }

  /** Makes a client with these options of `Client`. */
  async open(options: Readonly<Record<string, unknown>>): Promise<TrackerClient> {
    const client = this.#next();
    await client.tell("open", options);
    return client;
  }

  /** `Client.scrape`: the counts of each info-hash, in their order. */
  async scrape(announce: string, infoHash: string | readonly string[]): Promise<readonly Counts[]> {
    const scraping = this.#next();
    const options = { announce, infoHash };
    const { results } = await scraping.does<{ results: Counts[] }>("scrapeOf", "scraped", options);
    return results;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }

  #next(): TrackerClient {
    return new TrackerClient(this.#child, ++this.#count);
  }
}
