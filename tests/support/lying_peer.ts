import type { InfoHash } from "../../lib/base/ids.ts";
import { peerId } from "../../lib/base/ids.ts";
import { encodeHandshake } from "../../lib/wire/handshake.ts";
import type { BlockRequest, PeerMessage } from "../../lib/wire/peer_message.ts";
import { PeerReader } from "../../lib/wire/peer_reader.ts";
import { encodeMessage } from "../../lib/wire/peer_writer.ts";
import { StandIn } from "./originals.ts";

/** A peer that claims to have all of a torrent; disposed of like the stand-in that it is. */
export interface LyingPeer extends AsyncDisposable {
  readonly port: number;
  readonly connections: number;
  /** Blocks that it sent. */
  readonly served: number;
}

/**
 * Starts a peer that answers every request with what `block` makes of it.
 *
 * @param id Two hex digits that its peer id is made of.
 */
export function lyingPeer(
  infoHash: InfoHash,
  id: string,
  block: (request: BlockRequest) => Uint8Array,
): LyingPeer {
  let served = 0;
  const standIn = new StandIn(async (conn) => {
    const reader = new PeerReader();
    const read = async () => {
      const count = await conn.read(reader.space() as Uint8Array<ArrayBuffer>);
      if (count !== null) reader.filled(count);
      return count !== null;
    };
    const send = async (message: PeerMessage) => {
      const bytes = encodeMessage(message, new Map())!;
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    };
    while (!reader.handshake()) if (!await read()) return;
    const flags = { extended: false, fast: true, dht: false, v2: false };
    await conn.write(encodeHandshake({ ...flags, infoHash, peerId: peerId(id.repeat(20))! }));
    await send({ kind: "have_all" });
    await send({ kind: "unchoke" });
    do {
      for (let message = reader.next(); message; message = reader.next()) {
        if (message.kind !== "request") continue;
        const { piece, begin } = message;
        await send({ kind: "piece", piece, begin, data: block(message) });
        served++;
      }
    } while (await read());
  });
  return {
    port: standIn.port,
    get connections() {
      return standIn.connections;
    },
    get served() {
      return served;
    },
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  };
}
