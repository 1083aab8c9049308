/**
 * Records what BitTorrent clients write to trackers, over HTTP and UDP, into
 * tests/vectors/tracker_requests.json.
 *
 * ```sh
 * deno run -A --config deno.json --import-map deno.npm.json scripts/vectors/tracker_requests.ts
 * ```
 *
 * It needs the programs that tests/interop uses, and `MINI_TORRENT_WEBTORRENT`. Peer ids, keys and
 * ports are other ones each time.
 */
import { createSocket } from "node:dgram";
import { toHex } from "../../lib/base/bytes.ts";
import { encodeUdpAnnounced, encodeUdpConnected } from "../../lib/wire/udp_tracker_server.ts";
import { aria2 } from "../../tests/interop/support/aria2.ts";
import { libtorrent } from "../../tests/interop/support/libtorrent.ts";
import { makeLargeFile } from "../../tests/interop/support/content.ts";
import { Ours } from "../../tests/interop/support/ours.ts";
import { qbittorrent } from "../../tests/interop/support/qbittorrent.ts";
import { transmission } from "../../tests/interop/support/transmission.ts";
import { webtorrent } from "../../tests/interop/support/webtorrent.ts";
import { withTracker } from "../../tests/interop/support/with_tracker.ts";
import { temporaryFolder } from "../../tests/support/programs.ts";
import { inRoot } from "../packages.ts";

const ANSWER = "d8:intervali1800e5:peers0:e";
const CONNECTION = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** What arrives first at a TCP port, and at the UDP port of the same number. */
class Recorder implements AsyncDisposable {
  readonly port: number;
  readonly heard = Promise.withResolvers<string>();
  readonly #listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  readonly #socket = createSocket("udp4");

  constructor() {
    this.port = this.#listener.addr.port;
    this.#accept();
    this.#socket.on("message", (bytes, { address, port }) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const connect = view.getUint32(8) === 0;
      if (!connect) this.heard.resolve(toHex(bytes));
      const counts = { interval: 1800, seeders: 0, leechers: 0 };
      const answer = connect
        ? encodeUdpConnected(view.getUint32(12), CONNECTION)
        : encodeUdpAnnounced(view.getUint32(12), counts, new Uint8Array(0), 6);
      this.#socket.send(answer, port, address);
    });
    this.#socket.bind(this.port);
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      const buffer = new Uint8Array(8192);
      const count = await conn.read(buffer) ?? 0;
      this.heard.resolve(String.fromCharCode(...buffer.subarray(0, count)));
      const head =
        `HTTP/1.1 200 OK\r\nContent-Length: ${ANSWER.length}\r\nConnection: close\r\n\r\n`;
      await conn.write(new TextEncoder().encode(head + ANSWER));
      conn.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

await using place = await temporaryFolder();
await using ours = await Ours.open();
const content = await makeLargeFile(`${place.path}/original`, "file.bin", 100_000);
const share = await ours.share({ path: content.path, torrent: `${place.path}/x.torrent` });
const recorded: unknown[] = [];
for (const program of [libtorrent(), qbittorrent, aria2, transmission(), webtorrent]) {
  for (const protocol of ["http", "udp"]) {
    await using agent = await program.open();
    await using recorder = new Recorder();
    const url = `${protocol}://127.0.0.1:${recorder.port}/announce?x=a%20b`;
    const what = await withTracker(share.torrent, url, place.path);
    const into = await Deno.makeTempDir({ dir: place.path });
    await agent.download({ what, into, peers: [], tracker: url });
    recorded.push({ program: program.name, protocol, request: await recorder.heard.promise });
  }
}
const { v1, v2 } = share;
const text = JSON.stringify({ v1, v2, size: 100_000, requests: recorded }, null, 2);
await Deno.writeTextFile(inRoot("tests/vectors/tracker_requests.json"), `${text}\n`);
