/** Stands in for `jsr:@std/streams@1/to-text` where JSR cannot be reached. */
import { text } from "node:stream/consumers";

/** Everything that the stream brings, as one string. */
export function toText(
  stream: ReadableStream<string> | ReadableStream<Uint8Array>,
): Promise<string> {
  // The web streams of Deno and of Node differ only in the names of their types.
  return text(stream as unknown as Parameters<typeof text>[0]);
}
