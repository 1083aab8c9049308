/** The keyboard for the prompts of Inquirer: one reader serves all of them, so no key is lost. */
import { Readable } from "node:stream";

/** What a prompt reads keys from, as in the prompts of Cliffy. */
export interface KeyReader {
  read(into: Uint8Array): Promise<number | null>;
  setRaw(mode: boolean): void;
}

/** What a prompt of Inquirer takes beside its options. */
export interface PromptContext {
  readonly input: Readable;
  readonly signal: AbortSignal;
}

/** Keys typed ahead wait so long after an Enter: they may be meant for the next question. */
const PAUSE_MS = 20;

const ENTER = 13;

/**
 * Asks one question.
 *
 * @param reader Where keys come from; what it throws ends the question.
 * @param start Starts the prompt.
 */
export async function askWith<T>(
  reader: KeyReader,
  start: (context: PromptContext) => Promise<T>,
): Promise<T> {
  const left = Promise.withResolvers<never>();
  const controller = new AbortController();
  let entered = false;
  const pushKeys = async () => {
    if (entered) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (input.destroyed) return;
    const buffer = new Uint8Array(4096);
    const count = await reader.read(buffer);
    if (input.destroyed) return;
    entered = count !== null && buffer[count - 1] === ENTER;
    input.push(count === null ? null : buffer.subarray(0, count));
  };
  const leave = (error: unknown) => {
    left.reject(error);
    controller.abort();
  };
  const input = new Readable({ read: () => void pushKeys().catch(leave) });
  const setRawMode = (mode: boolean) => reader.setRaw(mode);
  Object.assign(input, { isTTY: true, setRawMode });
  try {
    return await Promise.race([start({ input, signal: controller.signal }), left.promise]);
  } finally {
    input.destroy();
  }
}
