import { inRoot } from "../../../scripts/packages.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { succeeds } from "./child.ts";
import { JsonChild } from "./json_child.ts";

const FOLDER = Deno.env.get("MINI_TORRENT_WEBTORRENT");

/** WebTorrent, which knows BitTorrent v1 only, in Node. */
export const webtorrent: Program = {
  name: "WebTorrent",
  habits: { padding: true, noEmptyFiles: true },
  missing() {
    if (!FOLDER) return "MINI_TORRENT_WEBTORRENT names no folder with WebTorrent";
    const entry = `${FOLDER}/node_modules/webtorrent/index.js`;
    if (!succeeds("node", "--input-type=module", "-e", `await import(${JSON.stringify(entry)})`)) {
      return `node cannot load WebTorrent from ${FOLDER}`;
    }
    return undefined;
  },
  open: () => Promise.resolve(new WebTorrent()),
};

/** Each torrent is carried by a process of its own. */
class WebTorrent implements Agent {
  readonly #started = new AsyncDisposableStack();

  async seed({ torrent, folder, tracker }: SeedOptions): Promise<Download> {
    const seed = await this.#start(torrent, folder, tracker, []);
    await seed.done;
    return seed;
  }

  async download({ what, into, peers, tracker }: DownloadOptions): Promise<Download> {
    return await this.#start(what, into, tracker, peers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  async #start(
    what: string,
    folder: string,
    tracker: string | undefined,
    peers: readonly Address[],
  ): Promise<Download> {
    const script = inRoot("tests/interop/support/webtorrent_session.mjs");
    const child = this.#started.use(new JsonChild("node", [script, FOLDER!]));
    const { port } = await child.event<{ port: number }>("listening");
    const done = child.event("finished").then(() => {});
    done.catch(() => {});
    await child.tell({
      do: "add",
      what,
      folder,
      trackers: tracker ? [tracker] : [],
      peers: peers.map(({ host, port }) => `${host}:${port}`),
    });
    return Object.assign(child, { address: { host: "127.0.0.1", port }, done });
  }
}
