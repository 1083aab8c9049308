/**
 * WebTorrent for the tests: commands in on standard input, events out, each a line of JSON.
 *
 *     node webtorrent_session.mjs FOLDER-WITH-NODE_MODULES
 *
 * Command: {"do": "add", "what": path of a .torrent or magnet link, "folder", "trackers", "peers"}
 * Events: listening {port}, finished, error {message}.
 *
 * It carries one torrent and ends with its input.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const entry = pathToFileURL(`${folder}/node_modules/webtorrent/index.js`);
const { default: WebTorrent } = await import(entry.href);

function tell(event, fields = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

const fail = (error) => tell("error", { message: String(error?.stack ?? error) });

const client = new WebTorrent({
  dht: false,
  lsd: false,
  natUpnp: false,
  natPmp: false,
  utp: false,
  webSeeds: false,
});
client.on("error", fail);
client.on("listening", () => tell("listening", { port: client.torrentPort }));

function add({ what, folder, trackers, peers }) {
  const torrent = client.add(what, { path: folder, announce: trackers });
  torrent.on("error", fail);
  torrent.on("warning", (warning) => process.stderr.write(`${warning}\n`));
  torrent.on("wire", (_, address) => process.stderr.write(`connected to ${address}\n`));
  torrent.on("done", () => tell("finished"));
  // It refuses addresses until it knows the info-hash.
  torrent.on("infoHash", () => {
    for (const peer of peers) torrent.addPeer(peer);
  });
}

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  try {
    add(JSON.parse(line));
  } catch (error) {
    fail(error);
  }
});
input.on("close", () => process.exit());
