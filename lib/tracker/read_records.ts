import { Buffer } from "node:buffer";
import type { InfoHash, InfoHashV2, PeerId } from "../base/ids.ts";
import { COMPACT_V6, decodeCompactAddress } from "../wire/compact_address.ts";
import type { PackedPeer } from "./packed_peer.ts";
import { LEFT_BITS, PEER_BITS, RECORD, SHARE_BITS } from "./record_writer.ts";
import { type SavedBatch, type SavedRecord, StoreError } from "./store.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads what a `RecordWriter` has packed. Hashes and peer ids are parts of one long text: to keep one
 * is to keep that.
 *
 * @param offset What is added to all times, milliseconds.
 * @throws {StoreError} `damaged` where the bytes are not exactly so many records.
 */
export function* readRecords(
  { count, data }: SavedBatch,
  offset = 0,
): Generator<SavedRecord, void> {
  const reader = new Reader(data, offset);
  for (let left = count; left > 0; left--) yield reader.record();
  if (!reader.atEnd) throw damaged();
}

/**
 * As {@linkcode readRecords}, for very many: most are peers of IPv4 with one hash, and these are handed
 * out without an object for each.
 *
 * @param packed Takes a peer, or returns false if it is to be handed out as a record.
 */
export function eachRecord(
  { count, data }: SavedBatch,
  offset: number,
  take: { record(record: SavedRecord): void; packed(peer: PackedPeer): boolean },
): void {
  const reader = new Reader(data, offset);
  for (let left = count; left > 0; left--) {
    const peer = reader.packed();
    if (peer && take.packed(peer)) reader.pass();
    else take.record(reader.record());
  }
  if (!reader.atEnd) throw damaged();
}

/** Which bits of a first byte tell that a peer can be packed, and what they are then. */
const PACKED_BITS = 3 | PEER_BITS.hashes * 3 | PEER_BITS.v6;
const PACKED = RECORD.peer | PEER_BITS.hashes;

/** Where the parts of such a peer stand, and its length. */
const AT = { hash: 1, address: 21, port: 25, id: 27, seen: 47, ttl: 53, end: 59 };

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** All of it as hex digits, once it is asked for: parts of this cost next to nothing. */
  #digits: string | undefined;
  readonly #peer: PackedPeer;
  readonly #offset: number;
  #at = 0;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#peer = {
      bytes,
      hashAt: 0,
      idAt: 0,
      ipv4: 0,
      port: 0,
      seed: false,
      classic: undefined,
      seen: 0,
      ttl: 0,
    };
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next record if it is a peer that can be packed, to be passed or read. */
  packed(): PackedPeer | undefined {
    const [bytes, at, view] = [this.#bytes, this.#at, this.#view];
    if (at + AT.end > bytes.length) return undefined;
    const first = bytes[at]!;
    const port = view.getUint16(at + AT.port);
    if ((first & PACKED_BITS) !== PACKED || port === 0) return undefined;
    const peer = this.#peer;
    peer.hashAt = at + AT.hash;
    peer.idAt = at + AT.id;
    peer.ipv4 = view.getUint32(at + AT.address);
    peer.port = port;
    peer.seed = (first & PEER_BITS.seed) !== 0;
    peer.classic = first & PEER_BITS.silent ? undefined : (first & PEER_BITS.classic) !== 0;
    peer.seen = this.#durationAt(at + AT.seen) + this.#offset;
    peer.ttl = this.#durationAt(at + AT.ttl);
    return peer;
  }

  /** Passes the peer that was packed last. */
  pass(): void {
    this.#at += AT.end;
  }

  record(): SavedRecord {
    const first = this.#take(1)[0]!;
    switch (first & 3) {
      case RECORD.share:
        return this.#share(first);
      case RECORD.peer: {
        const hashes = this.#hashes(first);
        const { host, port } = this.#address(first);
        const peerId = this.#part(20) as PeerId;
        const seed = (first & PEER_BITS.seed) !== 0;
        const told = (first & PEER_BITS.silent) === 0;
        const classic = told && { classic: (first & PEER_BITS.classic) !== 0 };
        const seen = this.#time();
        const ttl = this.#duration();
        return { kind: "peer", hashes, host, port, peerId, seed, ...classic, seen, ttl };
      }
      case RECORD.left: {
        const who = { hashes: this.#hashes(first), ...this.#address(first) };
        if (!(first & LEFT_BITS.timed)) return { kind: "left", ...who };
        const seen = this.#time();
        return { kind: first & LEFT_BITS.completed ? "completed" : "left", ...who, seen };
      }
      default: {
        const address = this.#address(first);
        const seen = this.#time();
        return { kind: "name", name: this.#text(), ...address, seen };
      }
    }
  }

  #share(first: number): SavedRecord {
    const has = (bit: number) => (first & bit) !== 0;
    const hashes = {
      ...has(SHARE_BITS.v1) && { v1: this.#part(20) as InfoHash },
      ...has(SHARE_BITS.v2) && { v2: this.#part(32) as InfoHashV2 },
      ...has(SHARE_BITS.hash) && { hash: this.#part(20) as InfoHash },
    };
    if (Object.keys(hashes).length === 0) throw damaged();
    const firstSeen = this.#time();
    const seen = this.#time();
    const completed = this.#number();
    const named = has(SHARE_BITS.named) && { size: this.#number(), name: this.#text() };
    return { kind: "share", ...hashes, firstSeen, seen, completed, ...named };
  }

  #hashes(first: number): InfoHash[] {
    const count = first / PEER_BITS.hashes & 3;
    if (count === 0) throw damaged();
    const hashes: InfoHash[] = [];
    while (hashes.length < count) hashes.push(this.#part(20) as InfoHash);
    return hashes;
  }

  #address(first: number): { host: string; port: number } {
    const { host, port } = first & PEER_BITS.v6
      ? decodeCompactAddress(this.#take(COMPACT_V6))
      : this.#quad();
    if (port === 0) throw damaged();
    return { host, port };
  }

  #quad(): { host: string; port: number } {
    const at = this.#skip(4);
    const bytes = this.#bytes;
    const host = `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
    return { host, port: this.#view.getUint16(this.#skip(2)) };
  }

  /** Digits to be looked at once: whoever keeps them keeps those of the whole batch alive. */
  #part(bytes: number): string {
    const at = this.#skip(bytes);
    const { buffer, byteOffset, byteLength } = this.#bytes;
    this.#digits ??= Buffer.from(buffer, byteOffset, byteLength).toString("hex");
    return this.#digits.slice(2 * at, 2 * (at + bytes));
  }

  #time(): number {
    return this.#duration() + this.#offset;
  }

  #duration(): number {
    return this.#durationAt(this.#skip(6));
  }

  #durationAt(at: number): number {
    return this.#view.getUint16(at) * 2 ** 32 + this.#view.getUint32(at + 2);
  }

  #number(): number {
    const value = this.#view.getFloat64(this.#skip(8));
    if (!Number.isSafeInteger(value) || value < 0) throw damaged();
    return value;
  }

  #text(): string {
    const [length] = this.#take(1);
    try {
      return decoder.decode(this.#take(length!));
    } catch {
      throw damaged();
    }
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw damaged();
    this.#at += length;
    return at;
  }
}

function damaged(): StoreError {
  return new StoreError("damaged", "a saved batch is not what was saved");
}
