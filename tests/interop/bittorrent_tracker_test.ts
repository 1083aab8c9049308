/**
 * What the test suite of npm's bittorrent-tracker 11 expects of a tracker, asked of ours with the client of that
 * package, in words of our own. Its cases, by file:
 *
 * - server, client, client-magnet, client-large-torrent, scrape, filter, stats, querystring: below, over HTTP and UDP,
 *   and over IPv6 where they have it. Where they look into the server's memory, ours is asked by its counts and by
 *   `/api/v1`.
 * - evict: their tracker drops the peer that was heard of least lately when a swarm is full; ours refuses the newcomer,
 *   so that whoever is there cannot be pushed out. The case below has that.
 *
 * In one of theirs a client says that it completed a share, and that it lacks 16 KiB of it, which is what that client says
 * when it was not told. Their tracker then takes it for a seed; for ours it is what is lacking that counts.
 *
 * Not here, since they ask nothing of a tracker, or something that ours does not have:
 *
 * - all cases over WebSocket (WebRTC; `ws` in client, destroy, evict, filter, scrape, server, client-ws-socket-pool):
 *   ours has no such door;
 * - destroy: what a client tells of after its end;
 * - client: URLs that it refuses by itself (protocols, ports), its HTTP agents and proxies;
 * - scrape: a name that no resolver knows;
 * - filter: the words of a filter function. Ours are the tracker's own, from a list;
 * - request-handler, stats as HTML: hooks and pages of their server;
 * - scrape of everything at once: ours refuses it, which the last case of scrapes has.
 */
import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import type { TrackerClient } from "./support/tracker_clients.ts";
import { cases, HASH, OTHER_HASH } from "./support/tracker_setting.ts";

cases(
  "server: three clients come, complete and go, and each is told the counts",
  async (setting) => {
    const { announce } = setting;
    const told = (complete: number, incomplete: number) => ({
      announce,
      complete,
      incomplete,
    });
    const does = async (client: TrackerClient, what: string, options?: unknown) => {
      const { announce, complete, incomplete } = await client.does(what, "update", options);
      return { announce, complete, incomplete };
    };
    const first = await setting.client(1);
    assertEquals(await does(first, "start"), told(0, 1));
    const stats = await (await setting.get("/api/v1/stats")).json();
    assertEquals([stats.shares, stats.seeders, stats.leechers], [1, 0, 1]);
    assertEquals(await does(first, "complete", { left: 0 }), told(1, 0));
    const scraped = await first.does("scrape", "scrape");
    assertEquals(scraped, { ...scraped, ...told(1, 0), infoHash: HASH, downloaded: 1 });

    const second = await setting.client(2);
    assertEquals(await does(second, "start"), told(1, 1));
    const { peer } = await second.next<{ peer: string }>("peer");
    assertEquals(peer, `${setting.address}:6881`);
    const third = await setting.client(3);
    assertEquals(await does(third, "start"), told(1, 2));
    assertEquals(await does(second, "stop"), told(1, 1));
    await second.does("destroy", "destroyed");
    assertEquals(await does(third, "stop"), told(1, 0));
    for (const client of [first, third]) await client.does("destroy", "destroyed");
  },
);

cases(
  "client: it is heard that one stops, though it does not wait for the answer",
  async (setting) => {
    const client = await setting.client(1);
    await client.does("start", "update");
    assertEquals(setting.peers, 1);
    await client.tell("stop");
    await client.tell("destroy");
    await setting.becomes(0);
  },
);

cases("client: it announces again at its interval", async (setting) => {
  const client = await setting.client(1);
  await client.does("start", "update");
  await client.tell("setInterval", 500);
  // Once: each answer sets the interval to what the tracker asks for.
  const { complete, incomplete } = await client.next("update");
  assertEquals([complete, incomplete], [0, 1]);
  await client.does("stop", "update");
  assertEquals(setting.peers, 0);
});

cases("client, client-magnet: start, update, stop", async (setting) => {
  const client = await setting.client(1);
  for (const [what, incomplete] of [["start", 1], ["update", 1], ["stop", 0]] as const) {
    const told = await client.does(what, "update");
    assertEquals([told.complete, told.incomplete], [0, incomplete]);
  }
});

cases("client-large-torrent: more is left than 32 bits hold", async (setting) => {
  const client = await setting.client(1);
  const told = await client.does("start", "update", { left: 5_000_000_000, downloaded: 2 ** 40 });
  assertEquals([told.complete, told.incomplete], [0, 1]);
  assertEquals((await client.does("update", "update", { left: 0 })).complete, 1);
});

cases(
  "client: parameters that nobody knows, and a name of the client, change nothing",
  async (setting) => {
    const userAgent = "WebTorrent/0.98.0 (https://webtorrent.io)";
    const client = await setting.client(1, { userAgent });
    const told = await client.does("start", "update", { testParam: "this is a test", key: "a+b" });
    assertEquals([told.complete, told.incomplete], [0, 1]);
    await client.does("stop", "update");
  },
);

cases("client: numwant is heeded", async (setting) => {
  for (const number of [1, 2] as const) {
    await (await setting.client(number)).does("start", "update");
  }
  const third = await setting.client(3);
  const { n } = await third.does<{ n: number }>("start", "update", { numwant: 1 });
  // Events are numbered: a second peer would stand between the first one and the answer to the stop.
  await third.does("stop", "update");
  const ended = await third.does<{ n: number }>("destroy", "destroyed");
  assertEquals(ended.n - n, 3);
});

cases("scrape: one share, by a client and without one", async (setting) => {
  const client = await setting.client(1);
  const { announce } = setting;
  const empty = { announce, infoHash: HASH, complete: 0, incomplete: 0, downloaded: 0 };
  const { n: _, event: __, id: ___, ...scraped } = await client.does<Record<string, unknown>>(
    "scrape",
    "scrape",
  );
  assertEquals(scraped, empty);
  assertEquals(await setting.clients.scrape(announce, HASH), [empty]);
});

cases("scrape: several shares at once", async (setting) => {
  const { announce } = setting;
  await (await setting.client(1)).does("start", "update");
  await (await setting.client(2, { infoHash: OTHER_HASH })).does("start", "update", { left: 0 });
  const hashes = [HASH, OTHER_HASH, "00".repeat(20)];
  // Over UDP the client asks for other hashes than it was told: it forgets to read them as hexadecimal digits.
  const counts = announce.startsWith("udp") ? [[0, 0], [0, 0], [0, 0]] : [[0, 1], [1, 0], [0, 0]];
  const told = await setting.clients.scrape(announce, hashes);
  assertEquals(told.map(({ infoHash }) => infoHash), hashes);
  assertEquals(told.map(({ complete, incomplete }) => [complete, incomplete]), counts);
  assert(told.every((one) => one.announce === announce && one.downloaded === 0));
});

cases(
  "scrape: by hand, several shares are answered, and all of them at once refused",
  async (setting) => {
    await (await setting.client(1)).does("start", "update");
    const hashes = [HASH, OTHER_HASH].map((hash) => `info_hash=${hash.replace(/../g, "%$&")}`);
    const response = await setting.get(`/scrape?${hashes.join("&")}`);
    assertEquals(response.status, 200);
    const text = new TextDecoder("latin1").decode(await response.bytes());
    const counts = (incomplete: number) => {
      return `d8:completei0e10:downloadedi0e10:incompletei${incomplete}ee`;
    };
    const key = (code: number) => `20:${String.fromCharCode(code).repeat(20)}`;
    assertEquals(
      text,
      `d5:filesd${key(0x4c)}${counts(1)}${key(0x6f)}${counts(0)}ee`,
    );
    const all = await setting.get("/scrape");
    assertEquals(all.status, 200);
    assertMatch(await all.text(), /^d14:failure reason\d+:/);
  },
  { only: "http" },
);

cases("querystring: info-hashes of every byte come as they are", async (setting) => {
  const hashes = [
    "a2a15537542b22925ad10486bf7a8b2a9c42f0d1",
    "002b2a7e2d2e5f212725263d3f2f3b233a0d0a20",
  ];
  for (const infoHash of hashes) {
    await (await setting.client(1, { infoHash })).does("start", "update");
  }
  const { shares } = await (await setting.get("/api/v1/shares")).json();
  const told = shares.map((share: { hash: string }) => share.hash);
  assertEquals(told.toSorted(), hashes.toSorted());
});

for (const [kind, hash] of [["denyHashes", OTHER_HASH], ["allowHashes", HASH]] as const) {
  cases(`filter: ${kind} refuses a share in words, and takes another one`, async (setting) => {
    const first = await setting.client(1, { infoHash: OTHER_HASH });
    const { message } = await first.does<{ message: string }>("start", "warning");
    assertMatch(message, /does not take this share/);
    assertEquals(setting.peers, 0);
    await first.does("destroy", "destroyed");
    const second = await setting.client(1);
    assertEquals((await second.does("start", "update")).incomplete, 1);
    assertEquals(setting.peers, 1);
  }, {
    async options(folder) {
      await Deno.writeTextFile(`${folder}/list`, `${hash}\n`);
      return { lists: { [kind]: `${folder}/list` } };
    },
  });
}

cases("evict: a full swarm keeps who is there, and refuses who comes", async (setting) => {
  const [first, second, third] = [
    await setting.client(1),
    await setting.client(2),
    await setting.client(3),
  ];
  await first.does("start", "update");
  await second.does("start", "update");
  const { message } = await third.does<{ message: string }>("start", "warning");
  assertMatch(message, /as many peers as/);
  assertEquals(setting.peers, 2);
  await second.does("stop", "update");
  await third.does("start", "update");
  assertEquals(setting.peers, 2);
}, { options: () => Promise.resolve({ maxPeersPerName: 2 }) });

cases("stats: counts are told as JSON", async (setting) => {
  const stats = async () => {
    const { shares, seeders, leechers } = await (await setting.get("/api/v1/stats")).json();
    return [shares, seeders, leechers];
  };
  assertEquals(await stats(), [0, 0, 0]);
  const peerId = "2d5757303039312d346561353838366365313630"; // -WW0091-4ea5886ce160
  await (await setting.client(1, { peerId })).does("start", "update");
  assertEquals(await stats(), [1, 0, 1]);
  await (await setting.client(2)).does("start", "update", { left: 0 });
  assertEquals(await stats(), [1, 1, 1]);
});
