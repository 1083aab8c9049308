import "./proving_worker.ts"; // so that a compiled program carries it, and one from a URL fetches it
import type { PieceAsk, PieceRoom } from "./piece_room.ts";
import { PROVING_NAME, type ProvingRequest } from "./proving_worker.ts";

/**
 * Bytes of pieces that may be with the other thread; what comes meanwhile is hashed here, and what is
 * longer always: each piece that is lent takes the memory of one more.
 */
const MOST_LENT = 8 * 1024 * 1024;

/** And how many pieces. */
const MOST_PIECES = 16;

/** A thread is worth its memory where so many bytes arrive in so short a time. */
const BUSY_LENGTH = 16 * 1024 * 1024;
const BUSY_MS = 400;

/** A piece that the other thread hashes. */
interface Lent {
  readonly room: PieceRoom;
  readonly ask: PieceAsk;
  readonly resolve: () => void;
}

/**
 * Hashes pieces that have arrived: in another thread where they come fast, and in this one whenever
 * that has enough to do.
 *
 * What the other thread has done is seen in the memory that both share, by {@linkcode poll}: a peer
 * whose data is always ready holds up the messages of threads for 100 ms and more.
 */
export class PieceHashing implements Disposable {
  readonly #pieceLength: number;
  readonly #now: () => number;
  readonly #lent: Lent[] = [];
  #threads: boolean;
  #worker: Worker | undefined;
  #ready = false;
  #lentBytes = 0;
  #bytes = 0;
  #since: number;

  /**
   * @param threads Whether there may be another thread.
   * @param now Monotonic milliseconds.
   */
  constructor(pieceLength: number, threads: boolean, now: () => number = () => performance.now()) {
    this.#pieceLength = pieceLength;
    this.#threads = threads && pieceLength <= MOST_LENT;
    this.#now = now;
    this.#since = now();
  }

  /** Hashes a piece. @returns Undefined when it is done already. */
  hash(room: PieceRoom, ask: PieceAsk): Promise<void> | undefined {
    this.poll();
    this.#measure(ask.length);
    if (!this.#mayLend(ask.length)) {
      room.hash(ask);
      return undefined;
    }
    room.reset();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lent.push({ room, ask, resolve });
    this.#lentBytes += ask.length;
    const request: ProvingRequest = { memory: room.memory, pieceLength: this.#pieceLength, ask };
    this.#worker!.postMessage(request);
    return promise;
  }

  /** Takes note of what the other thread has done. */
  poll(): void {
    while (this.#lent[0]?.room.isHashed) this.#takeBack();
  }

  /** Ends the thread; what it has not done is done here. */
  [Symbol.dispose](): void {
    this.#threads = false;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    while (this.#lent[0]) {
      const { room, ask } = this.#lent[0];
      room.hash(ask);
      this.#takeBack();
    }
  }

  #takeBack(): void {
    const { ask, resolve } = this.#lent.shift()!;
    this.#lentBytes -= ask.length;
    resolve();
  }

  #mayLend(length: number): boolean {
    return this.#ready && this.#lent.length < MOST_PIECES &&
      this.#lentBytes + length <= MOST_LENT;
  }

  /** Starts the thread once it is worth it. */
  #measure(length: number): void {
    if (!this.#threads || this.#worker) return;
    this.#bytes += length;
    if (this.#bytes < BUSY_LENGTH) return;
    this.#bytes = 0;
    const now = this.#now();
    if (now - this.#since <= BUSY_MS) this.#start();
    this.#since = now;
  }

  #start(): void {
    try {
      this.#worker = new Worker(new URL("./proving_worker.ts", import.meta.url).href, {
        type: "module",
        name: PROVING_NAME,
      });
    } catch {
      this.#threads = false;
      return;
    }
    this.#worker.onmessage = () => {
      this.#ready = this.#worker !== undefined;
      this.poll();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this[Symbol.dispose]();
    };
  }
}
