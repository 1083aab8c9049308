import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { shareHere, trackerHere, Watched } from "../../tests/support/in_process.ts";
import { classicAsk, classicTracker, deadPort } from "../../tests/support/originals.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { AppError } from "./errors.ts";
import { findShares } from "./find_shares.ts";
import { findSource, type SourceOptions } from "./find_source.ts";

const HERE = { host: "127.0.0.1", port: 1234 };

function find(what: string, options: Partial<SourceOptions> = {}, context = new Watched()) {
  return findSource({ what, trackers: [], trackersGiven: false, peers: [], ...options }, context);
}

async function fails(code: string, work: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => work, AppError);
  assertEquals(error.code, code, error.message);
  return error.message;
}

/** The swarm that was found. */
async function swarmOf(found: ReturnType<typeof find>) {
  const source = await found;
  assert(source.kind === "swarm");
  return source.source;
}

Deno.test("find source: links and hashes ask nobody", async () => {
  const [v1, v2] = ["ab".repeat(20), "cd".repeat(32)];
  const link = `magnet:?xt=urn:btih:${v1}&xt=urn:btmh:1220${v2}&dn=film&so=1-2` +
    "&tr=udp://t.example:1&tr=tcp://u.example:2&x.pe=192.0.2.1:3";
  const source = await swarmOf(find(link, { trackers: [HERE], peers: [HERE] }));
  assertEquals(
    source,
    {
      v1,
      v2,
      name: "film",
      ranges: [[1, 2]],
      peers: [HERE, { host: "192.0.2.1", port: 3 }],
      tiers: [["udp://t.example:1"], ["tcp://u.example:2"]],
      trackers: [],
    } as unknown as typeof source,
  );
  const bare = await swarmOf(find(v1.toUpperCase(), { trackers: [HERE] }));
  assertEquals([bare.v1, bare.v2, bare.trackers], [v1, undefined, [HERE]] as unknown[]);
  const given = await swarmOf(find(link, { trackers: [HERE], trackersGiven: true }));
  assertEquals(given.trackers, [HERE]);
  await fails("invalid_input", find("magnet:?dn=nothing"));
});

Deno.test("find source: a .torrent file brings all there is to know", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeFile(`${path}/file`, bytesOf(50_000));
  await using tracker = await trackerHere();
  await using share = await shareHere(`${path}/file`, tracker.at);
  await Deno.writeFile(`${path}/a.torrent`, share.torrent());
  const source = await swarmOf(find(`${path}/a.torrent`, { trackers: [HERE] }));
  const { v1, v2 } = share.snapshot();
  assertEquals([source.v1, source.v2, source.metainfo?.info.name], [v1, v2, "file"]);
  assertEquals(source.tiers, [[`tcp://127.0.0.1:${tracker.port}`]]);
  assertEquals(source.trackers, []);
  await fails("file_open", find(`${path}/none.torrent`));
});

Deno.test("find source: names are looked up, contents are told apart", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  for (const place of ["a", "b"]) {
    await Deno.mkdir(`${path}/${place}`);
    await Deno.writeFile(`${path}/${place}/same`, bytesOf(1_000, place.charCodeAt(0)));
  }
  await using tracker = await trackerHere();
  await using second = await trackerHere();
  const { at } = tracker;
  await using a = await shareHere(`${path}/a/same`, [...at, ...second.at]);
  await using again = await shareHere(`${path}/a/same`, at);
  await using b = await shareHere(`${path}/b/same`, at);
  const hashes = [a.snapshot().v2, b.snapshot().v2];
  const both = await findShares({ name: "same", trackers: [...at, ...second.at] }, new Watched());
  assertEquals(both.contents.map(({ v2, seeders, size }) => [v2, seeders, size]), [
    [hashes[0], 2, 1_000],
    [hashes[1], 1, 1_000],
  ] as unknown[]);
  assert(again.snapshot().v2 === hashes[0]);

  const text = await fails("invalid_input", find("same", { trackers: at }));
  assert(text.includes("--hash PREFIX") && hashes.every((hash) => text.includes(hash.slice(0, 8))));
  for (const hash of [hashes[1]!.slice(0, 10), b.snapshot().v1.slice(0, 6).toUpperCase()]) {
    assertEquals((await swarmOf(find("same", { trackers: at, hash }))).v2, hashes[1]);
  }
  await fails("not_found", find("same", { trackers: at, hash: "00000000" }));
  await fails("not_found", find("none", { trackers: at, hash: "00000000" }));
  const asked: number[] = [];
  const choose = (contents: readonly { readonly v2?: string }[]) => {
    asked.push(contents.length);
    return Promise.resolve(contents[1] as never);
  };
  assertEquals((await swarmOf(find("same", { trackers: at, choose }))).v2, hashes[1]);
  assertEquals(asked, [2]);
  assertEquals(await find("same", { trackers: at, classic: true }), {
    kind: "classic",
    name: "same",
  });
  assertEquals(await find("none", { trackers: at }), { kind: "classic", name: "none" });
  await b.stop(0);
  const left = await swarmOf(find("same", { trackers: at }));
  assertEquals(left.v2, hashes[0], "what nobody has any more needs no choice");
});

Deno.test("find source: where no tracker can tell", async () => {
  const dead = { host: "127.0.0.1", port: deadPort() };
  await fails("tracker_connect", find("name", { trackers: [dead] }));
  assertEquals(await find("name", { trackers: [dead], peers: [HERE] }), {
    kind: "classic",
    name: "name",
  });
  const text = await fails("invalid_input", find("name", { trackers: ["udp://t.example:1"] }));
  assert(text.includes("only a tracker of ours knows names"));
  await fails("invalid_input", find("a/b", { trackers: [dead] }));
});

Deno.test("find shares: a tracker that fails is told of, as long as another answers", async () => {
  await using tracker = classicTracker();
  await classicAsk(tracker.port, "REGISTER old 4242\n");
  const dead = { host: "127.0.0.1", port: deadPort() };
  const context = new Watched();
  const trackers = [dead, { host: "127.0.0.1", port: tracker.port }];
  assertEquals(await findShares({ name: "old", trackers }, context), { contents: [], classic: 1 });
  assertEquals(context.lines.length, 1);
  assert(context.lines[0]!.startsWith("warn "));
  const stop = new AbortController();
  stop.abort();
  const stopped = new Watched({ signal: stop.signal });
  await fails("interrupted", findShares({ name: "old", trackers }, stopped));
});
