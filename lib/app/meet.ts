import type { InfoHash } from "../base/ids.ts";
import type { Connection } from "../net/connection.ts";
import { dial } from "../net/dial.ts";
import { NetError } from "../net/errors.ts";
import { WireError } from "../wire/errors.ts";
import type { Handshake } from "../wire/handshake.ts";
import { MseHandshake } from "../wire/mse_handshake.ts";
import { mseInitiator } from "../wire/mse_initiator.ts";
import type { MseTorrent } from "../wire/mse_types.ts";
import type { PeerReader } from "../wire/peer_reader.ts";
import { encryptionPolicy } from "./encryption_policy.ts";
import { ownHandshake } from "./own_handshake.ts";
import { PeerHandshake } from "./peer_handshake.ts";
import type { Cipher } from "./peer_link.ts";
import { secretRandom } from "./secret_random.ts";
import { hashesOf, isV2Hash, type SwarmIdentity } from "./swarm_identity.ts";
import type { HostPort } from "./types.ts";

/** How long all handshakes of a connection may take, its being made included where we dial. */
export const HANDSHAKE_MS = 10_000;

/** A peer after all handshakes. */
export interface Met {
  readonly connection: Connection;
  readonly handshake: Handshake;
  /** Holds what arrived behind the handshake, deciphered. */
  readonly reader: PeerReader;
  readonly encrypt?: Cipher;
  readonly decrypt?: Cipher;
  /** Whether the peers speak of the torrent by its v2 hash: then hash requests are understood. */
  readonly v2: boolean;
}

/**
 * Dials a peer. A hybrid torrent is spoken of by its v1 hash with the word that we know v2 too
 * (BEP 52, "Upgrade Path"). A peer that hangs up is dialled again in another way as far as there is one:
 * it may know the v2 hash only, or want encryption, or want none.
 *
 * @throws {NetError} when nobody answers, or hangs up over the handshake.
 * @throws {WireError} `bad_handshake`, `bad_encryption`.
 */
export async function meetPeer(
  address: HostPort,
  identity: SwarmIdentity,
  signal: AbortSignal,
): Promise<Met> {
  let refusal: unknown;
  for (const methods of encryptionPolicy(identity.encryption).dials) {
    for (const infoHash of hashesOf(identity)) {
      try {
        return await meetBy({ infoHash, methods }, address, identity, signal);
      } catch (error) {
        if (!(error instanceof NetError && error.code === "reset")) throw error;
        refusal = error;
      }
    }
  }
  throw refusal;
}

/** One way to open a connection: encrypted, if there are methods. */
async function meetBy(
  { infoHash, methods }: { infoHash: InfoHash; methods: MseTorrent["methods"] | undefined },
  address: HostPort,
  identity: SwarmIdentity,
  signal: AbortSignal,
): Promise<Met> {
  const deadline = performance.now() + HANDSHAKE_MS;
  const connection = await dial(address.host, address.port, { timeoutMs: HANDSHAKE_MS, signal });
  try {
    const meeting = new PeerHandshake(connection, deadline);
    if (methods === undefined) await meeting.send(infoHash, identity);
    else await meeting.secure(initiator({ infoHash, methods }, identity));
    const handshake = await meeting.receive();
    if (!hashesOf(identity).includes(handshake.infoHash)) {
      throw new WireError("bad_handshake", "it has another torrent on that port");
    }
    return meeting.met(handshake, isV2Hash(handshake.infoHash, identity));
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** An encrypted handshake, with ours in it. */
function initiator(torrent: MseTorrent, identity: SwarmIdentity): MseHandshake {
  const initial = ownHandshake(torrent.infoHash, identity);
  const options = { torrent, initial, random: secretRandom() };
  return new MseHandshake((input) => mseInitiator(input, options));
}
