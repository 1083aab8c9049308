import { concatBytes } from "../../base/bytes.ts";
import { LayerError } from "../../base/errors.ts";
import { isIpv4 } from "../../base/ip.ts";
import { printable } from "../../base/printable.ts";
import type { SweptConnection } from "../../net/swept_connection.ts";
import { TrackerError } from "../../tracker/errors.ts";
import {
  CLASSIC_OK,
  type ClassicRequest,
  encodeClassicError,
  encodeClassicPeers,
  encodeClassicProblem,
  MAX_CLASSIC_LINE,
  MAX_CLASSIC_REPLY,
  parseClassicRequest,
} from "../../wire/classic_tracker.ts";
import { LineReader } from "../../wire/line_reader.ts";
import { isExtended, MAX_EXTENDED_LINE, parseExtendedRequest } from "../../wire/tracker_lines.ts";
import { answerExtended } from "./extended_lines.ts";
import type { TrackerCore } from "./tracker_core.ts";

/** How long a line may take to arrive, and a reply to be taken. */
const LINE_TIMEOUT_MS = 30_000;

/** How long an extended line may take to arrive once it has begun. */
const EXTENDED_TIMEOUT_MS = 5_000;

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
  /** The HTTP door, if there is one: its TCP port, and whether it speaks TLS. */
  readonly http?: { readonly port: number; readonly secure: boolean };
  /** Told of every request; `summary` is safe to print, and made only where it is wanted. */
  onRequest(kind: "registered" | "asked" | "refused", summary: () => string): void;
}

/** What a line is answered, and whether the connection is kept for more. */
interface Answer {
  readonly reply: Uint8Array;
  readonly keep: boolean;
}

/**
 * Serves one connection of the line protocol: answers every line that has arrived, in order. It
 * closes after a classic request when no other is begun, as the original does after its one, and
 * stays open after an extended one.
 *
 * @throws {NetError} when the other end goes away or takes too long.
 */
export async function serveLines(
  connection: SweptConnection,
  core: TrackerCore,
  context: DoorContext,
): Promise<void> {
  const reader = new LineReader(limitOf);
  const buffer = new Uint8Array(MAX_CLASSIC_LINE);
  const onStop = () => reader.pending === 0 && connection.close();
  const { remoteHost } = connection;
  if (context.stopping.aborted) return;
  context.stopping.addEventListener("abort", onStop, { once: true });
  try {
    let deadline = context.now() + LINE_TIMEOUT_MS;
    for (let keep = true; keep || reader.pending > 0;) {
      const count = await connection.read(buffer, Math.max(1, deadline - context.now()));
      const fresh = reader.pending === 0;
      reader.push(buffer.subarray(0, count ?? 0));
      const answers = answerLines(reader, count === null, remoteHost, core, context);
      if (answers.length > 0) await connection.write(joined(answers), LINE_TIMEOUT_MS);
      if (count === null || context.stopping.aborted) break;
      keep = answers.at(-1)?.keep ?? keep;
      const begun = reader.pending > 0 && (fresh || answers.length > 0);
      const limit = begun && reader.begins(isExtended) ? EXTENDED_TIMEOUT_MS : LINE_TIMEOUT_MS;
      if (begun || answers.length > 0) deadline = context.now() + limit;
    }
    await connection.finish(FINISH_MS);
  } finally {
    context.stopping.removeEventListener("abort", onStop);
  }
}

function joined(answers: readonly Answer[]): Uint8Array {
  return answers.length === 1 ? answers[0]!.reply : concatBytes(answers.map(({ reply }) => reply));
}

function limitOf(begin: Uint8Array): number {
  return isExtended(begin) ? MAX_EXTENDED_LINE : MAX_CLASSIC_LINE;
}

function answerLines(
  reader: LineReader,
  ended: boolean,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Answer[] {
  const answers: Answer[] = [];
  try {
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      answers.push(answerLine(line, host, core, context));
    }
    const last = ended ? reader.rest() : undefined;
    if (last !== undefined) answers.push(answerLine(last, host, core, context));
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const limit = limitOf(reader.rest() ?? new Uint8Array());
    core.metrics.failed("line", "bad_request");
    context.onRequest("refused", () => error.message);
    const reply = encodeClassicError(`A line is at most ${limit} bytes`);
    answers.push({ reply, keep: false });
  }
  return answers;
}

function answerLine(
  line: Uint8Array,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Answer {
  const extended = parseExtendedRequest(line);
  if (extended) return { reply: answerExtended(extended, host, core, context), keep: true };
  return { reply: answerClassic(line, host, core, context), keep: false };
}

function answerClassic(
  line: Uint8Array,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Uint8Array {
  const request = parseClassicRequest(line);
  try {
    core.access.admitAddress(host);
    return answerTaken(request, host, core, context);
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    core.metrics.failed("line", error.code);
    context.onRequest("refused", () => error.message);
    return encodeClassicError(error.message);
  }
}

function answerTaken(
  request: ClassicRequest,
  host: string,
  core: TrackerCore,
  context: DoorContext,
): Uint8Array {
  switch (request.kind) {
    case "register":
      core.access.admitClassic(true);
      core.registry.register(request.name, host, request.port, context.now());
      core.metrics.served("line", "classic");
      context.onRequest(
        "registered",
        () => `${printable(request.name)} on port ${request.port}`,
      );
      return CLASSIC_OK;
    case "getpeers": {
      core.access.admitClassic(false);
      const usable = (other: string) =>
        (!isIpv4(host) || isIpv4(other)) && core.access.takesAddress(other);
      const now = context.now();
      core.registry.admitLookup({ host, now });
      const { byAge, freshest } = core.registry.find(request.name, MOST_PEERS, now, usable);
      core.metrics.served("line", "classic");
      context.onRequest("asked", () => `for ${printable(request.name)}: ${freshest.length} peers`);
      return encodeClassicPeers(byAge, freshest);
    }
    case "malformed":
    case "refused":
    case "unknown": {
      const reply = encodeClassicProblem(request);
      core.metrics.failed("line", "bad_request");
      context.onRequest("refused", () => new TextDecoder().decode(reply).trim());
      return reply;
    }
    default:
      return request satisfies never;
  }
}
