import { WireError } from "../../lib/wire/errors.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { PeerReader } from "../../lib/wire/peer_reader.ts";

/** What came of a stream. */
export interface PeerStream {
  /** Copies: they hold no views. */
  readonly messages: readonly PeerMessage[];
  /** The message of the error that ended it. */
  readonly error: string | undefined;
  readonly reader: PeerReader;
}

/** Reads a stream of messages that arrives in pieces. */
export function readPeerStream(pieces: readonly Uint8Array[]): PeerStream {
  const reader = new PeerReader();
  const messages: PeerMessage[] = [];
  try {
    for (const piece of pieces) {
      for (let rest = piece; rest.length > 0;) {
        const space = reader.space();
        const count = Math.min(space.length, rest.length);
        space.set(rest.subarray(0, count));
        reader.filled(count);
        rest = rest.subarray(count);
        for (let message = reader.next(); message; message = reader.next()) {
          messages.push(copied(message));
        }
      }
    }
    return { messages, error: undefined, reader };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { messages, error: `${error.code}: ${error.message}`, reader };
  }
}

/** The message with copies of its byte fields. */
export function copied(message: PeerMessage): PeerMessage {
  const entries = Object.entries(message).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? value.slice() : value,
  ]);
  return Object.fromEntries(entries);
}
