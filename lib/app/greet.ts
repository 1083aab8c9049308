import { type InfoHash, truncated } from "../base/ids.ts";
import type { Connection } from "../net/connection.ts";
import { NetError } from "../net/errors.ts";
import { classifyOpening } from "../wire/handshake.ts";
import { MseHandshake } from "../wire/mse_handshake.ts";
import { mseResponder } from "../wire/mse_responder.ts";
import type { MseTorrent } from "../wire/mse_types.ts";
import { encryptionPolicy } from "./encryption_policy.ts";
import { HANDSHAKE_MS, type Met } from "./meet.ts";
import { PeerHandshake } from "./peer_handshake.ts";
import { secretRandom } from "./secret_random.ts";
import { hashesOf, isV2Hash, type SwarmIdentity } from "./swarm_identity.ts";

/**
 * Who connects and says nothing for so long is a downloader of the original. BitTorrent clients speak
 * at once, so only a lost packet takes longer.
 */
export const SILENCE_MS = 1_000;

/** Bytes of the first read: most handshakes as a whole. */
const OPENING_BYTES = 1024;

/** The longest wait that a timer can be set to: for a read that is to wait as long as it takes. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Finds out who has connected, and goes through the handshakes, which may be encrypted.
 *
 * @param identities All that is shared on that port; it is not empty.
 * @returns The share and the peer after its handshake; "silent" for who says nothing, and may be
 * a downloader of the original.
 * @throws {NetError} when it hangs up or takes too long, asks for what we do not have, or does not
 * encrypt where that is required.
 * @throws {WireError} `bad_handshake`, `bad_encryption`.
 */
export async function greet<T extends SwarmIdentity>(
  connection: Connection,
  identities: Iterable<T>,
): Promise<{ readonly identity: T; readonly met: Met } | "silent"> {
  const deadline = performance.now() + HANDSHAKE_MS;
  const opening = await readOpening(connection, deadline);
  if (opening === "silent") return "silent";
  const meeting = new PeerHandshake(connection, deadline);
  const encrypted = classifyOpening(opening) === "maybe_encrypted";
  // A torrent that was named in secret must not be changed for another afterwards.
  const about = encrypted ? await meeting.secure(responder(identities), opening) : undefined;
  if (!encrypted) meeting.push(opening);
  const handshake = await meeting.receive();
  const identity = identityOf(handshake.infoHash, identities);
  if (!identity || (about !== undefined && identityOf(about, identities) !== identity)) {
    throw new NetError("reset", "it asked for what is not shared here", { fault: "remote" });
  }
  if (!encrypted && !encryptionPolicy(identity.encryption).plain) {
    throw new NetError("reset", "it does not encrypt, which is required here", { fault: "remote" });
  }
  // Who knows v2 too is answered by the v2 hash, which upgrades the connection.
  const upgraded = handshake.v2 && identity.v2 !== undefined;
  const hash = upgraded ? truncated(identity.v2) : handshake.infoHash;
  await meeting.send(hash, identity);
  return { identity, met: meeting.met(handshake, isV2Hash(hash, identity)) };
}

/** The first bytes, as many as it takes to tell what they begin. */
async function readOpening(
  connection: Connection,
  deadline: number,
): Promise<Uint8Array | "silent"> {
  const buffer = new Uint8Array(OPENING_BYTES);
  // Who stays silent is read from until it hangs up: that ends the wait of this read.
  const first = connection.read(buffer, FOREVER_MS);
  const silent = Promise.withResolvers<"silent">();
  const timer = setTimeout(() => silent.resolve("silent"), SILENCE_MS);
  let count = await Promise.race([first, silent.promise]).finally(() => clearTimeout(timer));
  if (count === "silent") {
    first.catch(() => {});
    return "silent";
  }
  for (let filled = 0; count !== null;) {
    filled += count;
    const opening = buffer.subarray(0, filled);
    if (classifyOpening(opening) !== "need_more") return opening;
    const left = Math.max(1, deadline - performance.now());
    count = await connection.read(buffer.subarray(filled), left);
  }
  throw new NetError("reset", "it hung up before it said who it is", { fault: "remote" });
}

/** An encrypted handshake with who may ask for any of the shares. */
function responder(identities: Iterable<SwarmIdentity>): MseHandshake {
  const options = { torrents: torrentsOf(identities), random: secretRandom() };
  return new MseHandshake((input) => mseResponder(input, options));
}

function* torrentsOf(identities: Iterable<SwarmIdentity>): Generator<MseTorrent> {
  for (const identity of identities) {
    const methods = encryptionPolicy(identity.encryption).accepts;
    for (const infoHash of hashesOf(identity)) yield { infoHash, methods };
  }
}

function identityOf<T extends SwarmIdentity>(hash: InfoHash, identities: Iterable<T>) {
  for (const identity of identities) if (hashesOf(identity).includes(hash)) return identity;
}
