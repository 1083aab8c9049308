/** What BitTorrent clients wrote to trackers (scripts/vectors/tracker_requests.ts) is read whole. */
import { assert, assertEquals } from "jsr:@std/assert@1";
import { fromHex, toHex } from "../../lib/base/bytes.ts";
import { readHttpRequest } from "../../lib/wire/http_request.ts";
import { parseAnnounceQuery } from "../../lib/wire/http_tracker_query.ts";
import { parseUdpRequest } from "../../lib/wire/udp_tracker_server.ts";
import recorded from "./tracker_requests.json" with { type: "json" };

const HASHES = [recorded.v1, recorded.v2.slice(0, 40)];

/** The beginnings of their peer ids, and how many peers they want. */
const HABITS: Readonly<Record<string, { readonly id: string; readonly wants: number }>> = {
  libtorrent: { id: "-LT", wants: 200 },
  qBittorrent: { id: "-qB", wants: 200 },
  aria2: { id: "A2-", wants: 50 },
  Transmission: { id: "-TR", wants: 80 },
  WebTorrent: { id: "-WW", wants: 50 },
};

for (const { program, protocol, request } of recorded.requests) {
  const { id, wants } = HABITS[program]!;
  const begin = toHex(new TextEncoder().encode(id));
  Deno.test(`an announce of ${program} over ${protocol} is read`, () => {
    if (protocol === "http") {
      const bytes = Uint8Array.from(request, (character) => character.charCodeAt(0));
      const read = readHttpRequest(bytes);
      assertEquals([read?.length, read?.request.path], [bytes.length, "/announce"]);
      const query = parseAnnounceQuery(read!.request.query);
      if (query.kind === "bad") throw new Error(query.reason);
      const { infoHash, peerId, port, ...told } = query.value;
      assert(HASHES.includes(infoHash) && peerId.startsWith(begin) && port >= 1024);
      assertEquals(told, {
        left: recorded.size,
        event: "started",
        numwant: wants,
        compact: true,
        noPeerId: ["libtorrent", "qBittorrent", "aria2"].includes(program),
        ipv6: false,
      });
    } else {
      const read = parseUdpRequest(fromHex(request)!);
      if (read?.kind !== "announce") throw new Error(read?.kind);
      assertEquals(toHex(read.connection), "0102030405060708");
      const { infoHash, peerId, port, urlData, ...told } = read.announce;
      assert(HASHES.includes(infoHash) && peerId.startsWith(begin) && port >= 1024);
      assertEquals(told, { left: recorded.size, event: "started", numwant: wants });
      const tellsPath = ["libtorrent", "qBittorrent"].includes(program);
      assertEquals(urlData, tellsPath ? "/announce?x=a%20b" : "");
    }
  });
}
