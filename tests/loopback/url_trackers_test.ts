/** Shares and downloads that meet at HTTP, HTTPS and UDP trackers. */
import { assertEquals, assertGreaterOrEqual } from "jsr:@std/assert@1";
import { swarmDownload } from "../../lib/app/swarm_download.ts";
import { concatBytes } from "../../lib/base/bytes.ts";
import { parseMagnet } from "../../lib/meta/magnet.ts";
import { TrackerStandIn } from "../interop/support/tracker_stand_in.ts";
import { announceOnce } from "../support/announce_child.ts";
import { shareHere, Watched } from "../support/in_process.ts";
import { bytesOf as contentOf, temporaryFolder } from "../support/programs.ts";
import { TLS } from "../support/tls.ts";
import { UdpStandIn } from "../support/tracker_stand_ins.ts";
import { bytesOf } from "../vectors/peer_messages.ts";

/** A UDP tracker of one torrent: who announced is told to all. */
function udpTracker(): Promise<UdpStandIn> {
  const ports = new Set<number>();
  return UdpStandIn.open((bytes) => {
    const transaction = bytes.subarray(12, 16);
    if (bytes[11] === 0) {
      return [concatBytes([bytesOf("00000000"), transaction, bytesOf("0011223344556677")])];
    }
    const port = bytes[96]! << 8 | bytes[97]!;
    if (bytes[83] === 3) ports.delete(port);
    else ports.add(port);
    const peers = [...ports].map((one) => Uint8Array.of(127, 0, 0, 1, one >> 8, one & 255));
    const counts = bytesOf("0000070800000000 00000000");
    return [concatBytes([bytesOf("00000001"), transaction, counts, ...peers])];
  });
}

/** Shares content at a tracker, and fetches it by the share's own magnet link. */
async function passes(url: string): Promise<void> {
  await using folder = await temporaryFolder();
  const content = contentOf(300_000);
  await Deno.writeFile(`${folder.path}/content`, content);
  await using share = await shareHere(`${folder.path}/content`, [], { trackers: [url] });
  const { trackers, magnet } = share.snapshot();
  assertEquals(trackers, [{ address: url.replace("/announce", ""), registered: true }]);
  const { v1, v2, trackers: tiers } = parseMagnet(magnet);
  assertEquals(tiers, [url]);
  await using dest = await temporaryFolder();
  const { path } = await swarmDownload({
    ...v1 && { v1 },
    ...v2 && { v2 },
    peers: [],
    trackers: [],
    tiers: tiers.map((tracker) => [tracker]),
    dest: `${dest.path}/`,
    host: "127.0.0.1",
    force: false,
    maxConnections: 10,
  }, new Watched());
  assertEquals(await Deno.readFile(path), content);
}

Deno.test("trackers: a share and a download meet over HTTP", async () => {
  await using tracker = new TrackerStandIn();
  await passes(tracker.url);
});

Deno.test("trackers: a share and a download meet over UDP", async () => {
  await using tracker = await udpTracker();
  await passes(`udp://127.0.0.1:${tracker.port}/announce`);
  const events = tracker.asked.filter(({ bytes }) => bytes[11] === 1).map(({ bytes }) => bytes[83]);
  // Both hashes of the share, then of the download, which becomes whole; all say goodbye.
  assertEquals(events.slice(0, 4), [2, 2, 2, 2]);
  assertGreaterOrEqual(events.filter((event) => event === 1).length, 2);
  assertEquals(events.slice(-2), [3, 3]);
});

Deno.test("trackers: HTTPS proves the tracker's name", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: TLS.cert, key: TLS.key, onListen: () => {} },
    () => new Response("d8:intervali77e5:peers0:e"),
  );
  const url = (host: string) => `https://${host}:${server.addr.port}/announce`;
  assertEquals(await announceOnce(url("tracker.example"), TLS.authority), "interval 77");
  assertEquals(await announceOnce(url("other.example"), TLS.authority), "failed unreachable");
  assertEquals(await announceOnce(url("tracker.example")), "failed unreachable");
});
