import { temporaryFolder } from "../../support/programs.ts";
import type { Address, Agent, Download, DownloadOptions, Program, SeedOptions } from "./agent.ts";
import { Child } from "./child.ts";
import { freePort } from "./free_port.ts";
import { QbittorrentApi } from "./qbittorrent_api.ts";
import { tool } from "./tool.ts";
import { versionOf } from "./version.ts";

const COMMAND = tool("qbittorrent-nox");

const version = versionOf(COMMAND);

/** qBittorrent without a window; it speaks with libtorrent, and has trackers asked in its own way. */
export const qbittorrent: Program = {
  name: "qBittorrent",
  habits: {},
  missing: () => version ? undefined : "qbittorrent-nox is not installed",
  open: () => Promise.resolve(new Qbittorrent()),
};

/** Each torrent is carried by a process of its own. */
class Qbittorrent implements Agent {
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
    const place = this.#started.use(await temporaryFolder());
    const [web, peer] = [freePort(), freePort()];
    await Deno.mkdir(`${place.path}/qBittorrent/config`, { recursive: true });
    await Deno.writeTextFile(
      `${place.path}/qBittorrent/config/qBittorrent.conf`,
      settings({ web, peer, folder }),
    );
    const child = this.#started.use(new Child(COMMAND, [`--profile=${place.path}`]));
    const api = new QbittorrentApi(`http://127.0.0.1:${web}`, child);
    await api.ready();
    const hash = await api.add(what);
    if (tracker !== undefined) await api.addTracker(hash, tracker);
    await api.addPeers(hash, peers);
    const done = api.complete();
    done.catch(() => {});
    return Object.assign(child, { address: { host: "127.0.0.1", port: peer }, done });
  }
}

function settings(
  { web, peer, folder }: { readonly web: number; readonly peer: number; readonly folder: string },
): string {
  return `[LegalNotice]
Accepted=true

[BitTorrent]
Session\\Port=${peer}
Session\\DefaultSavePath=${folder}
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\QueueingSystemEnabled=false

[Network]
PortForwardingEnabled=false

[Preferences]
WebUI\\Address=127.0.0.1
WebUI\\Port=${web}
WebUI\\LocalHostAuth=false
WebUI\\UseUPnP=false
`;
}
