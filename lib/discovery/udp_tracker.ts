import type { Clock } from "../base/clock.ts";
import { printable } from "../base/printable.ts";
import { WireError } from "../wire/errors.ts";
import type { TrackerAnnounce } from "../wire/tracker_announce.ts";
import {
  encodeUdpAnnounce,
  encodeUdpConnect,
  parseUdpAnswer,
  type UdpAnswer,
} from "../wire/udp_tracker.ts";
import { Datagrams } from "./datagrams.ts";
import { DiscoveryError } from "./errors.ts";
import { type Place, type PlaceOptions, placesOf } from "./places.ts";
import { ANNOUNCE_MS, type TrackerClient, type TrackerReply } from "./tracker_client.ts";

/** How long a connection id is used (BEP 15, "UDP connections"). */
const CONNECTION_MS = 60_000;

/** The wait for an answer, doubled by every request that had none (BEP 15, "time outs"). */
const FIRST_WAIT_MS = 15_000;

/** The port where a URL names none. */
const USUAL_PORT = 80;

/** How a UDP tracker is asked. */
export interface UdpTrackerOptions extends PlaceOptions {
  readonly clock: Clock;
  /** 32 bits that nobody can guess, for each request: answers without them are not taken. */
  readonly transaction: () => number;
}

/** A connection id, and where it holds. */
interface Held {
  readonly connection: Uint8Array;
  readonly place: Place;
  /** Our port: some trackers know an id from it only. */
  readonly from: number;
  readonly until: number;
}

/**
 * A tracker of BEP 15. Requests that have no answer are sent again as told there, to the next address
 * if the name has several, until the 30 s of an announce are over. No socket stays open between
 * announces.
 */
export class UdpTracker implements TrackerClient {
  readonly #url: URL;
  readonly #options: UdpTrackerOptions;
  readonly #urlData: string;
  #held: Held | undefined;

  constructor(url: URL, options: UdpTrackerOptions) {
    this.#url = url;
    this.#options = options;
    const path = url.pathname + url.search;
    this.#urlData = path === "/" ? "" : path;
  }

  async announce(announce: TrackerAnnounce, signal: AbortSignal): Promise<TrackerReply> {
    const deadline = AbortSignal.timeout(ANNOUNCE_MS);
    const ends = AbortSignal.any([signal, deadline]);
    try {
      const places = await placesOf(this.#url, this.#options, ends);
      return await this.#ask(places, announce, ends);
    } catch (error) {
      signal.throwIfAborted();
      if (!deadline.aborted) throw error;
      const text = `no answer within ${ANNOUNCE_MS / 1000} s`;
      throw new DiscoveryError("timeout", text, { cause: error });
    }
  }

  async #ask(
    places: readonly Place[],
    announce: TrackerAnnounce,
    signal: AbortSignal,
  ): Promise<TrackerReply> {
    const left = [...places];
    for (let wait = FIRST_WAIT_MS;; wait *= 2) {
      const held = this.#usable(left);
      const place = held?.place ?? left[0]!;
      try {
        const answer = await this.#askAt(place, held, announce, wait, signal);
        if (answer) return { answer, trackerKind: place.kind };
        left.push(...left.splice(left.indexOf(place), 1)); // the others first
      } catch (error) {
        signal.throwIfAborted();
        const unreachable = error instanceof DiscoveryError && error.code === "unreachable";
        if (!unreachable || left.length === 1) throw error;
        left.splice(left.indexOf(place), 1);
        this.#held = undefined;
      }
    }
  }

  /** The connection id that we have, if it may still be used. */
  #usable(places: readonly Place[]): Held | undefined {
    const held = this.#held;
    if (!held || this.#options.clock.now() >= held.until) return undefined;
    const place = places.find(({ address }) => address === held.place.address);
    return place && { ...held, place };
  }

  /** @returns Undefined when nobody answers in time. */
  async #askAt(
    place: Place,
    held: Held | undefined,
    announce: TrackerAnnounce,
    waitMs: number,
    signal: AbortSignal,
  ) {
    await using socket = await this.#socket(place, held?.from);
    const ask = (encode: (transaction: number) => Uint8Array) =>
      this.#request(socket, place, encode, waitMs, signal);
    if (held && socket.port === held.from) {
      const answer = await ask((transaction) => this.#encode(held, transaction, announce));
      if (answer?.kind === "announced") return answer.answer;
      // The tracker may have forgotten it: a new one shows whether it is that.
      this.#held = undefined;
      if (answer === undefined) return undefined;
    }
    const { clock } = this.#options;
    const connected = await ask(encodeUdpConnect);
    if (connected === undefined) return undefined;
    if (connected.kind !== "connected") throw refused(connected);
    const { connection } = connected;
    const fresh = { connection, place, from: socket.port, until: clock.now() + CONNECTION_MS };
    this.#held = fresh;
    const answer = await ask((transaction) => this.#encode(fresh, transaction, announce));
    if (answer === undefined) return undefined;
    if (answer.kind !== "announced") throw refused(answer);
    return answer.answer;
  }

  /** A socket, on the port that the connection id was given to unless that is taken meanwhile. */
  async #socket({ family }: Place, from = 0): Promise<Datagrams> {
    try {
      return await Datagrams.open(family, from);
    } catch (error) {
      if (from === 0) throw error;
      return await Datagrams.open(family);
    }
  }

  #encode({ connection }: Held, transaction: number, announce: TrackerAnnounce): Uint8Array {
    return encodeUdpAnnounce(connection, transaction, announce, this.#urlData);
  }

  #request(
    socket: Datagrams,
    { address, family }: Place,
    encode: (transaction: number) => Uint8Array,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<UdpAnswer | undefined> {
    const transaction = this.#options.transaction() >>> 0;
    const port = this.#url.port === "" ? USUAL_PORT : Number(this.#url.port);
    const read = (bytes: Uint8Array) => {
      try {
        const answer = parseUdpAnswer(bytes, family);
        return answer.transaction === transaction ? answer : undefined;
      } catch (error) {
        if (error instanceof WireError) return undefined; // anybody can send that
        throw error;
      }
    };
    return socket.ask({ host: address, port }, encode(transaction), read, waitMs, signal);
  }
}

function refused(answer: UdpAnswer): DiscoveryError {
  if (answer.kind === "failed") {
    return new DiscoveryError("refused", printable(answer.reason.trim(), 300));
  }
  return new DiscoveryError("bad_answer", "it answers something else than what it was asked");
}
