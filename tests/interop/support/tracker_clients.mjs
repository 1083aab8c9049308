/**
 * Clients of npm's bittorrent-tracker, as many as are asked for, driven from outside.
 *
 * Argument: the folder with the package. Standard input has a command a line, each an object:
 *
 *     {"do":"open","id":1,"options":{…}}     options of its Client
 *     {"do":"start","id":1,"options":{…}}    and "update", "stop", "complete", "scrape", "setInterval", "destroy"
 *     {"do":"scrapeOf","id":2,"options":{…}} its Client.scrape
 *
 * Standard output has an event a line: `{"event":…,"id":1,"n":7,…}` with `n` counting up; what a
 * client tells of goes by its name, `error` as `failed`; `destroyed` and `scraped` follow the last
 * two commands. It ends with its input.
 */
import process from "node:process";
import { createInterface } from "node:readline";

const [folder] = process.argv.slice(2);
const { default: Client } = await import(`${folder}/node_modules/bittorrent-tracker/client.js`);

const clients = new Map();
let count = 0;
const say = (id, event, more) => console.log(JSON.stringify({ event, id, n: ++count, ...more }));
const counts = ({ announce, infoHash, complete, incomplete, downloaded }) => {
  return { announce, infoHash, complete, incomplete, downloaded };
};

function open(id, options) {
  const client = new Client({ wrtc: {}, ...options });
  clients.set(id, client);
  client.on("update", (data) => say(id, "update", counts(data)));
  client.on("scrape", (data) => say(id, "scrape", counts(data)));
  client.on("peer", (peer) => say(id, "peer", { peer: String(peer) }));
  client.on("warning", ({ message }) => say(id, "warning", { message }));
  client.on("error", ({ message }) => say(id, "failed", { message }));
}

function scrapeOf(id, options) {
  Client.scrape({ wrtc: {}, ...options }, (error, data) => {
    if (error) return say(id, "failed", { message: error.message });
    const many = Array.isArray(options.infoHash);
    say(id, "scraped", {
      results: (many ? options.infoHash.map((hash) => data[hash]) : [data]).map(counts),
    });
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, id, options } = JSON.parse(line);
  if (what === "open") open(id, options);
  else if (what === "scrapeOf") scrapeOf(id, options);
  else if (what === "destroy") clients.get(id).destroy(() => say(id, "destroyed"));
  else clients.get(id)[what](options);
}
process.exit();
