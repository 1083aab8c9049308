import { inRoot } from "../../../scripts/packages.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { succeeds } from "./child.ts";
import type { Content } from "./content.ts";
import { JsonChild } from "./json_child.ts";

/** Debian's binding is one of Debian's Python, whatever else is called python3. */
const PYTHON = "/usr/bin/python3";

const KIB = 1024;

/** How libtorrent takes part. */
export interface LibtorrentOptions {
  /** The info-hash of a hybrid torrent with which it dials. Default v1. */
  readonly dials?: "v1" | "v2";
  /** Default: as it comes, both taken. */
  readonly encryption?: "off" | "prefer" | "require";
  /** Over uTP only. Default: over TCP only. */
  readonly utp?: boolean;
  /** Bytes a second; absent: no limit. */
  readonly uploadLimit?: number;
}

/** A download whose swarm can be watched. */
export interface LibtorrentDownload extends Download {
  /** Waits until this peer and those it is connected to have every piece, a given one not counted. */
  spread(without: Address): Promise<void>;
}

/** A torrent that libtorrent made. */
export interface MadeTorrent {
  readonly path: string;
  readonly v1: string | null;
  readonly v2: string | null;
  /** How long the hashing took. */
  readonly seconds: number;
}

const missing = succeeds(PYTHON, "-c", "import libtorrent")
  ? undefined
  : "python3-libtorrent is not installed";

/** libtorrent 2 (qBittorrent, Deluge), through its binding for Python. */
export function libtorrent(options: LibtorrentOptions = {}): Program & {
  open(): Promise<LibtorrentAgent>;
} {
  return {
    name: "libtorrent",
    habits: {},
    missing: () => missing,
    open: () => Promise.resolve(new LibtorrentAgent(options)),
  };
}

/** Each torrent is carried by a session of its own. */
export class LibtorrentAgent implements Agent {
  readonly #options: LibtorrentOptions;
  readonly #started = new AsyncDisposableStack();

  constructor(options: LibtorrentOptions = {}) {
    this.#options = options;
  }

  async seed({ torrent, folder, tracker }: SeedOptions): Promise<LibtorrentDownload> {
    const session = await this.#session();
    await session.tell({ ...this.#add(torrent, folder, tracker) });
    const { complete } = await session.event<{ complete: boolean }>("checked");
    if (!complete) throw new Error(`libtorrent misses something of ${torrent} in ${folder}`);
    return session;
  }

  async download(options: DownloadOptions): Promise<LibtorrentDownload> {
    const session = await this.#session();
    await session.tell({ ...this.#add(options.what, options.into, options.tracker) });
    const peers = options.peers.map(({ host, port }) => [host, port]);
    await session.tell({ do: "connect", peers, hash: this.#options.dials ?? "v1" });
    return session;
  }

  #add(what: string, folder: string, tracker?: string) {
    return { do: "add", what, folder, tracker, uploadLimit: this.#options.uploadLimit };
  }

  async #session(): Promise<Session> {
    const { encryption = "prefer", utp = false } = this.#options;
    const session = new Session({ encryption, utp });
    this.#started.use(session);
    await session.listening();
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }
}

class Session extends JsonChild implements LibtorrentDownload {
  address: Address = { host: "127.0.0.1", port: 0 };
  readonly done: Promise<void>;

  constructor(options: { readonly encryption: string; readonly utp: boolean }) {
    super(PYTHON, [inRoot("tests/interop/support/libtorrent_session.py"), JSON.stringify(options)]);
    this.done = this.event("finished").then(() => {});
    this.done.catch(() => {});
  }

  async listening(): Promise<void> {
    const { port } = await this.event<{ port: number }>("listening");
    this.address = { host: "127.0.0.1", port };
  }

  async spread(without: Address): Promise<void> {
    await this.tell({ do: "watch", without: [without.host, without.port] });
    await this.event("spread");
  }
}

/** Makes a torrent as libtorrent does. */
export async function makeTorrent(
  content: Pick<Content, "path">,
  to: string,
  options: { readonly kind: "v1" | "v2" | "hybrid"; readonly pieceLength?: number },
): Promise<MadeTorrent> {
  const { kind, pieceLength = 32 * KIB } = options;
  await using session = new Session({ encryption: "off", utp: false });
  await session.tell({ do: "make", path: content.path, to, kind, pieceLength });
  const { v1, v2, seconds } = await session.event<MadeTorrent>("made");
  return { path: to, v1, v2, seconds };
}

/** A magnet link with the given info-hashes and nothing else (BEP 9, BEP 52). */
export function magnetOf({ v1, v2 }: Partial<Pick<MadeTorrent, "v1" | "v2">>): string {
  const topics = [v1 && `xt=urn:btih:${v1}`, v2 && `xt=urn:btmh:1220${v2}`];
  return `magnet:?${topics.filter(Boolean).join("&")}`;
}
