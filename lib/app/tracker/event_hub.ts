import { addressGroup } from "../../base/ip.ts";
import type { HttpSink, HttpStreaming } from "./http_answer.ts";
import { inSlices } from "./in_slices.ts";

/** Who may listen at the same time: in all, and of one address (/64 for IPv6). */
const MOST_LISTENERS = 1_000;
const MOST_OF_ADDRESS = 16;

/** How often listeners are told what is new. */
const EVERY_MS = 2_000;

/** How often a comment is sent: what is silent for long is closed by proxies. */
const HEARTBEAT_MS = 15_000;

/** After so long a browser connects again. */
const RETRY_MS = 5_000;

/** Of another origin nobody reads along; nothing on the way may keep or hold back what is sent. */
const HEADERS = [
  "Content-Type: text/event-stream; charset=utf-8",
  "Cache-Control: no-store",
  "Cross-Origin-Resource-Policy: same-origin",
  "X-Accel-Buffering: no",
  "X-Content-Type-Options: nosniff",
].map((line) => `${line}\r\n`).join("");

const encoder = new TextEncoder();

/** What listeners are told of. */
export interface EventSource {
  /** Reads the clock: monotonic milliseconds. */
  readonly now: () => number;
  /** The object of `stats` events. */
  stats(): unknown;
  /** Shares that somebody announces. */
  shares(): number;
  /** Differs whenever the list of shares does. */
  changes(): number;
}

/** Reads the object of `share` events; undefined: the share is gone. */
type ReadShare = () => { readonly age: number } | undefined;

/** One who listens. */
interface Listener {
  readonly sink: HttpSink;
  /** Absent: it wants no `share` events. */
  readonly share: ReadShare | undefined;
  /** Whether it may still listen. */
  stays(): boolean;
  /** What it was told last of its share, but for its age. */
  told: string;
}

/**
 * Tells those who listen what changes, as server-sent events (HTML standard, section 9.2). While
 * nobody does, nothing is done.
 */
export class EventHub implements Disposable {
  readonly #source: EventSource;
  readonly #listeners = new Set<Listener>();
  readonly #ofAddress = new Map<string, number>();
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #changes = 0;
  #beatAt = 0;
  #telling = false;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Everybody's events end. */
  [Symbol.dispose](): void {
    this.#stopping.abort();
    clearInterval(this.#timer);
    for (const { sink } of this.#listeners) sink.end();
  }

  /**
   * Lets one listen.
   *
   * @param share Reads the object of `share` events, if there are to be any.
   * @param stays Whether it may go on, which can end: a key is revoked.
   * @returns Why it cannot, for people, where too many listen already.
   */
  listen(
    host: string,
    share?: ReadShare,
    stays: () => boolean = () => true,
  ): HttpStreaming | "many" | "full" {
    const who = addressGroup(host);
    const refusal = this.#refusal(who);
    const open = (sink: HttpSink) => this.#open({ sink, share, stays, told: "" }, who);
    return refusal ?? { headers: HEADERS, open };
  }

  /** Tells everybody what is new; called while somebody listens. */
  tell(): void {
    const now = this.#source.now();
    const common = [event("stats", JSON.stringify(this.#source.stats()))];
    const changes = this.#source.changes();
    if (changes !== this.#changes) common.push(this.#shares());
    this.#changes = changes;
    if (now - this.#beatAt >= HEARTBEAT_MS) {
      this.#beatAt = now;
      common.push(":\n\n");
    }
    const bytes = encoder.encode(common.join(""));
    for (const { sink, stays } of this.#listeners) {
      if (stays()) sink.send(bytes);
      else sink.end();
    }
    if (this.#telling) return;
    this.#telling = true;
    inSlices(tellShares([...this.#listeners]), this.#source.now, this.#stopping.signal)
      .catch(() => {}) // it is being stopped
      .finally(() => this.#telling = false);
  }

  #refusal(who: string): "many" | "full" | undefined {
    if ((this.#ofAddress.get(who) ?? 0) >= MOST_OF_ADDRESS) return "many";
    const full = this.#listeners.size >= MOST_LISTENERS || this.#stopping.signal.aborted;
    return full ? "full" : undefined;
  }

  #shares(): string {
    return event("shares", JSON.stringify({ shares: this.#source.shares() }));
  }

  #open(listener: Listener, who: string): () => void {
    const { sink } = listener;
    // Others may have come since it was let in.
    if (this.#refusal(who)) {
      sink.end();
      return () => {};
    }
    this.#listeners.add(listener);
    this.#ofAddress.set(who, (this.#ofAddress.get(who) ?? 0) + 1);
    if (this.#listeners.size === 1) {
      this.#changes = this.#source.changes();
      this.#beatAt = this.#source.now();
      this.#timer = setInterval(() => this.tell(), EVERY_MS);
    }
    const stats = event("stats", JSON.stringify(this.#source.stats()));
    sink.send(encoder.encode(`retry: ${RETRY_MS}\n\n${stats}${this.#shares()}`));
    tellShare(listener);
    return () => this.#leave(listener, who);
  }

  #leave(listener: Listener, who: string): void {
    if (!this.#listeners.delete(listener)) return;
    const left = this.#ofAddress.get(who)! - 1;
    if (left === 0) this.#ofAddress.delete(who);
    else this.#ofAddress.set(who, left);
    if (this.#listeners.size === 0) clearInterval(this.#timer);
  }
}

function* tellShares(listeners: readonly Listener[]): Generator<void, void> {
  for (const listener of listeners) {
    if (!listener.share || !listener.stays()) continue;
    tellShare(listener);
    yield;
  }
}

function tellShare(listener: Listener): void {
  if (!listener.share) return;
  const share = listener.share();
  const told = JSON.stringify(share && { ...share, age: 0 }) ?? "gone";
  if (told === listener.told) return;
  listener.told = told;
  listener.sink.send(encoder.encode(event("share", JSON.stringify(share ?? null))));
}

/** @param data Without a line feed, as JSON is. */
function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
