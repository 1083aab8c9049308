import { assert, assertEquals, assertInstanceOf, assertThrows } from "jsr:@std/assert@1";
import { httpOk, httpStandIn } from "../../tests/support/tracker_stand_ins.ts";
import { systemClock } from "../base/clock.ts";
import { infoHash, peerId } from "../base/ids.ts";
import { silentLog } from "../base/log.ts";
import { Announcer } from "./announcer.ts";
import { announcerFor, announcersFor } from "./announcers.ts";
import { AppError } from "./errors.ts";
import { UrlAnnouncer } from "./url_announcer.ts";

const CONTEXT = { log: silentLog, clock: systemClock, client: "Test/1" };
const SHARE = {
  told: () => ({
    v1: infoHash("11".repeat(20))!,
    name: "content",
    size: 10,
    port: 6881,
    peerId: peerId("33".repeat(20))!,
    left: 0,
    uploaded: 0,
    downloaded: 0,
    classic: false,
    numwant: 50,
  }),
  onPeers: () => {},
  log: silentLog,
};
const named = (tracker: Parameters<typeof announcerFor>[0]) =>
  announcerFor(tracker, SHARE, CONTEXT);
const told = (tiers: string[][], taken?: string[]) =>
  announcersFor(tiers, SHARE, CONTEXT, taken).map(({ state }) => state.address);

Deno.test("a tracker that a person names is of the line protocol, or of its URL's", () => {
  for (
    const [tracker, address] of [
      ["localhost:8000", "localhost:8000"],
      ["tcp://[::1]:8000", "[::1]:8000"],
      [{ host: "192.0.2.1", port: 9 }, "192.0.2.1:9"],
    ] as const
  ) {
    const announcer = named(tracker);
    assertInstanceOf(announcer, Announcer);
    assertEquals(announcer.state, { address, registered: false });
  }
  for (
    const [tracker, address] of [
      ["http://t.example/announce?passkey=x", "http://t.example"],
      ["HTTPS://t.example:8443/announce", "https://t.example:8443"],
      ["udp://[2001:db8::1]:6969/announce", "udp://[2001:db8::1]:6969"],
    ] as const
  ) {
    const announcer = named(tracker);
    assertInstanceOf(announcer, UrlAnnouncer);
    assertEquals(announcer.state, { address, registered: false });
  }
});

Deno.test("what is no tracker is refused where a person names it", () => {
  for (const tracker of ["wss://t.example", "http://", "t.example", "a b:1", "ftp://x:1/"]) {
    const error = assertThrows(() => named(tracker), AppError);
    assertEquals([error.code, error.fault], ["invalid_input", "local"]);
  }
});

Deno.test("every tier has an announcer, every tracker of the line protocol its own", () => {
  const tiers = [
    ["http://a.example/announce"],
    ["tcp://b.example:8000", "udp://c.example:1/announce", "tcp://d.example:8000"],
    ["wss://e.example", "what"],
    [],
  ];
  assertEquals(told(tiers), [
    "b.example:8000",
    "d.example:8000",
    "http://a.example",
    "udp://c.example:1",
  ]);
});

Deno.test("a private torrent is announced at one tracker at a time (BEP 27)", () => {
  const told = (tiers: string[][]) =>
    announcersFor(tiers, SHARE, CONTEXT, [], true).map(({ state }) => state.address);
  const tiers = [["tcp://a.example:1"], ["http://b.example/"], ["udp://c.example:1"]];
  assertEquals(told(tiers), ["http://b.example"]);
  assertEquals(told([["tcp://a.example:1", "tcp://b.example:1"]]), ["a.example:1"]);
  assertEquals(told([]), []);
});

Deno.test("a tracker that is there twice is announced at once", () => {
  const tiers = [
    ["http://a.example/x", "http://A.example:80/x"],
    [" http://a.example/x"],
    [
      "tcp://B:1",
    ],
    ["tcp://b:1/"],
    ["udp://a.example:1"],
  ];
  assertEquals(told(tiers), ["B:1", "http://a.example", "udp://a.example:1"]);
  assertEquals(told(tiers, ["http://a.example/x", "tcp://b:1"]), ["udp://a.example:1"]);
});

Deno.test("no link makes us ask more than 64 trackers", () => {
  const urls = Array.from({ length: 200 }, (_, at) => `http://${at}.example/announce`);
  assertEquals(told(urls.map((url) => [url])).length, 64);
  assertEquals(
    told([urls.map((url) => url.replace("http", "tcp").replace("/announce", ":1"))])
      .length,
    16,
  );
});

Deno.test("a stranger's link leads to local trackers openly or not at all", async () => {
  await using server = httpStandIn(() => httpOk("d8:intervali60e5:peers0:e"));
  const { port } = server;
  const tried = async (url: string) => {
    const [announcer] = announcersFor([[url]], SHARE, CONTEXT);
    return await announcer!.tryOnce(new AbortController().signal);
  };
  const open = [`http://127.0.0.1:${port}/announce`, `http://127.0.0.1:${port}/my/key/announce`];
  for (const url of open) assertEquals(await tried(url), undefined, url);
  assertEquals(server.connections, 2);
  const others = [
    `http://127.0.0.1:${port}/reboot`,
    `http://127.0.0.1:${port}/announce?do=reboot`,
    `http://0.0.0.0:${port}/announce`,
    `http://[::ffff:127.0.0.1]:${port}/x`,
    `http://2130706433:${port}/x`,
  ];
  for (const url of others) {
    const error = await tried(url);
    assert(error instanceof AppError && error.message.includes("is not asked"), url);
  }
  assertEquals(server.connections, 2);
  const own = announcerFor(`http://127.0.0.1:${port}/x?y=z`, SHARE, CONTEXT);
  assertEquals(await own.tryOnce(new AbortController().signal), undefined, "a person may");
});
