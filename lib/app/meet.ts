import { type InfoHash, type InfoHashV2, type PeerId, truncated } from "../base/ids.ts";
import { Connection } from "../net/connection.ts";
import { dial } from "../net/dial.ts";
import { NetError } from "../net/errors.ts";
import { encodeHandshake, type Handshake } from "../wire/handshake.ts";
import { PeerReader } from "../wire/peer_reader.ts";
import type { Cipher } from "./peer_link.ts";
import type { HostPort } from "./types.ts";

/** How long a handshake may take, the connection included where we dial. */
export const HANDSHAKE_MS = 10_000;

/**
 * Who connects and says nothing for so long is a downloader of the original. BitTorrent clients speak
 * at once, so only a lost packet takes longer.
 */
export const SILENCE_MS = 1_000;

/** The longest wait that a timer can be set to: for a read that is to wait as long as it takes. */
const FOREVER_MS = 2 ** 31 - 1;

/** What a share is known by, and who we are in its swarm. */
export interface SwarmIdentity {
  readonly peerId: PeerId;
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
}

/** A peer after both handshakes. */
export interface Met {
  readonly connection: Connection;
  readonly handshake: Handshake;
  /** Holds what arrived behind the handshake. */
  readonly reader: PeerReader;
  readonly encrypt?: Cipher;
  readonly decrypt?: Cipher;
  /** Whether the peers speak of the torrent by its v2 hash: then hash requests are understood. */
  readonly v2: boolean;
}

/**
 * Dials a peer. A hybrid torrent is spoken of by its v1 hash with the word that we know v2 too
 * (BEP 52, "Upgrade Path"); a peer that knows the v2 hash only is then dialled again.
 *
 * @throws {NetError} when nobody answers, or hangs up over the handshake.
 * @throws {WireError} `bad_handshake`.
 */
export async function meetPeer(
  address: HostPort,
  identity: SwarmIdentity,
  signal: AbortSignal,
): Promise<Met> {
  const { v1, v2 } = identity;
  if (v1 === undefined) return await meetBy(truncated(v2!), address, identity, signal);
  try {
    return await meetBy(v1, address, identity, signal);
  } catch (error) {
    const refused = error instanceof NetError && error.code === "reset";
    if (v2 === undefined || !refused) throw error;
    return await meetBy(truncated(v2), address, identity, signal);
  }
}

async function meetBy(
  hash: InfoHash,
  address: HostPort,
  identity: SwarmIdentity,
  signal: AbortSignal,
): Promise<Met> {
  const started = performance.now();
  const connection = await dial(address.host, address.port, { timeoutMs: HANDSHAKE_MS, signal });
  try {
    await connection.write(ours(hash, identity), HANDSHAKE_MS);
    const reader = new PeerReader();
    const left = () => Math.max(1, HANDSHAKE_MS - (performance.now() - started));
    const handshake = await readHandshake(connection, reader, left);
    if (!isKnown(handshake.infoHash, identity)) {
      throw new NetError("reset", "it has another torrent on that port", { fault: "remote" });
    }
    return { connection, handshake, reader, v2: isV2(handshake.infoHash, identity) };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Finds out who has connected.
 *
 * @param identityOf The share of an info-hash, if we have it.
 * @returns The share and the peer after its handshake; "silent" for who says nothing, and may be
 * a downloader of the original.
 * @throws {NetError} when it hangs up or takes too long, or asks for what we do not have.
 * @throws {WireError} `bad_handshake`.
 */
export async function greet<T extends SwarmIdentity>(
  connection: Connection,
  identityOf: (hash: InfoHash) => T | undefined,
): Promise<{ readonly identity: T; readonly met: Met } | "silent"> {
  const started = performance.now();
  const reader = new PeerReader();
  const space = reader.space();
  // Who stays silent is read from until it hangs up: that ends the wait of this read.
  const first = connection.read(space, FOREVER_MS);
  const silent = Promise.withResolvers<"silent">();
  const timer = setTimeout(() => silent.resolve("silent"), SILENCE_MS);
  const count = await Promise.race([first, silent.promise]).finally(() => clearTimeout(timer));
  if (count === "silent") {
    first.catch(() => {});
    return "silent";
  }
  if (count === null) throw new NetError("reset", "it hung up at once", { fault: "remote" });
  reader.filled(count);
  const left = () => Math.max(1, HANDSHAKE_MS - (performance.now() - started));
  const handshake = reader.handshake() ?? await readHandshake(connection, reader, left);
  const identity = identityOf(handshake.infoHash);
  if (!identity) {
    throw new NetError("reset", "it asked for what is not shared here", { fault: "remote" });
  }
  // Who knows v2 too is answered by the v2 hash, which upgrades the connection.
  const upgraded = handshake.v2 && identity.v2 !== undefined;
  const hash = upgraded ? truncated(identity.v2) : handshake.infoHash;
  await connection.write(ours(hash, identity), HANDSHAKE_MS);
  return { identity, met: { connection, handshake, reader, v2: isV2(hash, identity) } };
}

async function readHandshake(
  connection: Connection,
  reader: PeerReader,
  left: () => number,
): Promise<Handshake> {
  for (;;) {
    const handshake = reader.handshake();
    if (handshake) return handshake;
    const count = await connection.read(reader.space(), left());
    if (count === null) {
      throw new NetError("reset", "it hung up over the handshake", { fault: "remote" });
    }
    reader.filled(count);
  }
}

function ours(infoHash: InfoHash, { peerId, v2 }: SwarmIdentity): Uint8Array {
  return encodeHandshake({
    extended: true,
    fast: true,
    dht: false,
    v2: v2 !== undefined,
    infoHash,
    peerId,
  });
}

function isKnown(hash: InfoHash, { v1, v2 }: SwarmIdentity): boolean {
  return hash === v1 || (v2 !== undefined && hash === truncated(v2));
}

function isV2(hash: InfoHash, { v2 }: SwarmIdentity): boolean {
  return v2 !== undefined && hash === truncated(v2);
}
