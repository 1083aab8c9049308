/**
 * One announce and one scrape by the client of npm's bittorrent-tracker.
 *
 * Arguments: folder with the package, URL of the tracker, info-hash and peer id in hex, port, bytes
 * that are left. Prints `{"event": "update" | "peer" | "scrape" | "warning" | "error", …}`, one JSON
 * object a line; ends, saying goodbye to the tracker, when its input does.
 */
import process from "node:process";

const [folder, url, infoHash, peerId, port, left] = process.argv.slice(2);
const { default: Client } = await import(`${folder}/node_modules/bittorrent-tracker/client.js`);

const client = new Client({ infoHash, peerId, announce: [url], port: Number(port) });
const say = (event, more) => console.log(JSON.stringify({ event, ...more }));
client.on("update", ({ complete, incomplete }) => say("update", { complete, incomplete }));
client.on("peer", (peer) => say("peer", { peer: String(peer) }));
client.on(
  "scrape",
  ({ complete, incomplete, downloaded }) => say("scrape", { complete, incomplete, downloaded }),
);
client.on("warning", ({ message }) => say("warning", { message }));
client.on("error", ({ message }) => say("error", { message }));
client.once("update", () => client.scrape());

client.start({ uploaded: 0, downloaded: 0, left: Number(left) });
process.stdin.resume();
process.stdin.on("end", () => {
  client.stop();
  client.destroy(() => process.exit());
});
