import { LayerError } from "../base/errors.ts";
import { isIpv4 } from "../base/ip.ts";
import { printable } from "../base/printable.ts";
import type { Connection } from "../net/connection.ts";
import type { Registry } from "../tracker/registry.ts";
import {
  CLASSIC_OK,
  encodeClassicError,
  encodeClassicPeers,
  encodeClassicProblem,
  MAX_CLASSIC_LINE,
  MAX_CLASSIC_REPLY,
  parseClassicRequest,
} from "../wire/classic_tracker.ts";
import { LineReader } from "../wire/line_reader.ts";

/** How long a line may take to arrive, and a reply to be taken. */
const LINE_TIMEOUT_MS = 30_000;

/** How long the other end may take to hang up after its reply. */
const FINISH_MS = 2_000;

/** More peers than could fit into a reply: the shortest entry, `1.1.1.1:1;`, has 10 bytes. */
const MOST_PEERS = Math.ceil(MAX_CLASSIC_REPLY / 10);

/** What the door is handed from the service that owns it. */
export interface DoorContext {
  /** Monotonic milliseconds. */
  now(): number;
  /** Aborted when no new request should be waited for. */
  readonly stopping: AbortSignal;
  /** Told of every request; `summary` is safe to print. */
  onRequest(kind: "registered" | "asked" | "refused", summary: string): void;
}

/**
 * Serves one connection of the line protocol: answers every line that has arrived, in order, and
 * closes when none is begun, as the original does after its one.
 *
 * @throws {NetError} when the other end goes away or takes too long.
 */
export async function serveLines(
  connection: Connection,
  registry: Registry,
  context: DoorContext,
): Promise<void> {
  const reader = new LineReader(MAX_CLASSIC_LINE);
  const buffer = new Uint8Array(MAX_CLASSIC_LINE);
  const deadline = context.now() + LINE_TIMEOUT_MS;
  const onStop = () => reader.pending === 0 && connection.close();
  if (context.stopping.aborted) return;
  context.stopping.addEventListener("abort", onStop, { once: true });
  try {
    for (let answered = false; !answered || reader.pending > 0;) {
      const left = Math.max(1, deadline - context.now());
      const count = await connection.read(buffer, left);
      reader.push(buffer.subarray(0, count ?? 0));
      const replies = answerLines(reader, count === null, connection.remoteHost, registry, context);
      answered ||= replies.length > 0;
      for (const reply of replies) await connection.write(reply, LINE_TIMEOUT_MS);
      if (count === null || context.stopping.aborted) break;
    }
    await connection.finish(FINISH_MS);
  } finally {
    context.stopping.removeEventListener("abort", onStop);
  }
}

function answerLines(
  reader: LineReader,
  ended: boolean,
  host: string,
  registry: Registry,
  context: DoorContext,
): Uint8Array[] {
  const replies: Uint8Array[] = [];
  try {
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      replies.push(answerLine(line, host, registry, context));
    }
    const last = ended ? reader.rest() : undefined;
    if (last !== undefined) replies.push(answerLine(last, host, registry, context));
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    reader.rest();
    context.onRequest("refused", error.message);
    replies.push(encodeClassicError(`A line is at most ${MAX_CLASSIC_LINE} bytes`));
  }
  return replies;
}

/** Answers one line of a classic client. */
export function answerLine(
  line: Uint8Array,
  host: string,
  registry: Registry,
  context: DoorContext,
): Uint8Array {
  const request = parseClassicRequest(line);
  switch (request.kind) {
    case "register":
      try {
        registry.register(request.name, host, request.port, context.now());
      } catch (error) {
        if (!(error instanceof LayerError)) throw error;
        context.onRequest("refused", error.message);
        return encodeClassicError(error.message);
      }
      context.onRequest("registered", `${printable(request.name)} on port ${request.port}`);
      return CLASSIC_OK;
    case "getpeers": {
      const found = registry.find(request.name, MOST_PEERS, context.now());
      const usable = isIpv4(host) ? found.filter((peer) => isIpv4(peer.host)) : found;
      context.onRequest("asked", `for ${printable(request.name)}: ${usable.length} peers`);
      return encodeClassicPeers([...usable].sort((a, b) => a.order - b.order), usable);
    }
    case "malformed":
    case "refused":
    case "unknown": {
      const reply = encodeClassicProblem(request);
      context.onRequest("refused", new TextDecoder().decode(reply).trim());
      return reply;
    }
    default:
      return request satisfies never;
  }
}
