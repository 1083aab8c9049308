import { basename } from "node:path";
import { type Child, PATIENCE_MS } from "./child.ts";
import type { Address } from "./agent.ts";

const POLL_MS = 100;

/** How far a torrent is, as far as it is used here. */
interface TorrentInfo {
  readonly hash: string;
  readonly progress: number;
  readonly state: string;
}

/** The API of qBittorrent's web interface (2.8). Errors carry the log of its process. */
export class QbittorrentApi {
  readonly #url: string;
  readonly #child: Child;

  constructor(url: string, child: Child) {
    this.#url = url;
    this.#child = child;
  }

  /** Waits until it answers. */
  async ready(): Promise<void> {
    await this.#until(async () => await this.#get("app/version") !== "", "answers", true);
  }

  /**
   * Adds a torrent, checks what is there of it, and starts it.
   *
   * @param what Path of a `.torrent`, or a magnet link.
   * @returns How it names the torrent.
   */
  async add(what: string): Promise<string> {
    const form = new FormData();
    if (what.startsWith("magnet:")) form.set("urls", what);
    else form.set("torrents", new Blob([await Deno.readFile(what)]), basename(what));
    await this.#post("torrents/add", form);
    let hash = "";
    await this.#until(async () => (hash = (await this.#torrents())[0]?.hash ?? "") !== "", "adds");
    return hash;
  }

  async addTracker(hash: string, url: string): Promise<void> {
    await this.#post("torrents/addTrackers", new URLSearchParams({ hash, urls: url }));
  }

  async addPeers(hash: string, peers: readonly Address[]): Promise<void> {
    if (peers.length === 0) return;
    const list = peers.map(({ host, port }) => `${host}:${port}`).join("|");
    await this.#post("torrents/addPeers", new URLSearchParams({ hashes: hash, peers: list }));
  }

  /** Waits until it has everything, and does nothing but serve. */
  async complete(): Promise<void> {
    await this.#until(async () => {
      const [torrent] = await this.#torrents();
      if (torrent?.state === "error" || torrent?.state === "missingFiles") {
        throw this.#error(`the torrent is in the state ${torrent.state}`);
      }
      return torrent?.progress === 1 && /^(uploading|stalledUP|forcedUP)$/.test(torrent.state);
    }, "has everything");
  }

  async #torrents(): Promise<readonly TorrentInfo[]> {
    return JSON.parse(await this.#get("torrents/info")) as readonly TorrentInfo[];
  }

  async #until(done: () => Promise<boolean>, what: string, again = false): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        if (await done()) return;
      } catch (error) {
        if (!again) throw error;
      }
      if (this.#child.ended || performance.now() > deadline) {
        throw this.#error(`it never ${what}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #get(path: string): Promise<string> {
    return this.#ask(path, {});
  }

  async #post(path: string, body: FormData | URLSearchParams): Promise<void> {
    await this.#ask(path, { method: "POST", body });
  }

  async #ask(path: string, init: RequestInit): Promise<string> {
    const response = await fetch(`${this.#url}/api/v2/${path}`, init);
    const text = await response.text();
    if (!response.ok || text === "Fails.") {
      throw this.#error(`${path}: ${response.status} ${text}`);
    }
    return text;
  }

  #error(what: string): Error {
    return new Error(`qBittorrent: ${what}\n${this.#child.log}`);
  }
}
