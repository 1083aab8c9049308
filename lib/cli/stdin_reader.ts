const CTRL_C = 3;
const CTRL_D = 4;
const ENTER = 13;

/**
 * Standard input for prompts. It keeps the terminal raw for as long as a prompt lasts, hands out
 * whole keys however small the caller's buffer is, and throws on Ctrl-C, on Ctrl-D and at the end
 * of input.
 */
export class StdinReader {
  #pending: Promise<Uint8Array | undefined> | undefined;
  #queue: Uint8Array = new Uint8Array();
  #leave: () => Error = () => new Error("left");
  #raw = false;
  #prompt = 0;

  /** Begins a prompt; `leave` makes what is thrown when a person leaves it. */
  begin(leave: () => Error): void {
    this.#leave = leave;
    this.#prompt++;
  }

  /**
   * Ends a prompt: the terminal is as it was.
   *
   * @param left Whether the prompt got no answer; what it drew is then wiped, as it cannot itself.
   */
  end(left: boolean): void {
    if (!this.#raw) return;
    this.#raw = false;
    Deno.stdin.setRaw(false);
    if (left) Deno.stdout.writeSync(new TextEncoder().encode("\r\x1b[J\x1b[?25h"));
  }

  /** Whether it is a terminal. */
  isTerminal(): boolean {
    return Deno.stdin.isTerminal();
  }

  /** Makes the terminal raw; it stays so until `end`, lest keys between two reads are echoed. */
  setRaw(mode: boolean): void {
    if (!mode || this.#raw) return;
    Deno.stdin.setRaw(true);
    this.#raw = true;
  }

  /** Reads the next keys. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#queue.length === 0) {
      // A prompt that was left by a signal still waits here: its keys belong to the next one.
      const prompt = this.#prompt;
      this.#pending ??= readSome();
      const some = await this.#pending;
      if (prompt !== this.#prompt) throw this.#leave();
      this.#pending = undefined;
      if (!some) throw this.#leave();
      this.#queue = some;
    }
    if (this.#queue[0] === CTRL_C || this.#queue[0] === CTRL_D) {
      this.#queue = new Uint8Array();
      throw this.#leave();
    }
    const count = wholeKeys(this.#queue, into.length);
    into.set(this.#queue.subarray(0, count));
    this.#queue = this.#queue.subarray(count);
    return count;
  }
}

async function readSome(): Promise<Uint8Array | undefined> {
  const buffer = new Uint8Array(4096);
  const count = await Deno.stdin.read(buffer);
  return count === null ? undefined : buffer.subarray(0, count);
}

/**
 * How many bytes at the beginning are whole keys: none ends inside a UTF-8 character, an escape
 * sequence comes alone, and nothing goes past Enter, or to a Ctrl-C or Ctrl-D.
 */
export function wholeKeys(bytes: Uint8Array, most: number): number {
  if (bytes[0] === 0x1b) {
    const next = bytes.subarray(1).findIndex((byte) => byte === 0x1b || byte < 0x20);
    return Math.min(next < 0 ? bytes.length : next + 1, most);
  }
  let count = 0;
  while (count < bytes.length) {
    const byte = bytes[count]!;
    if (count > 0 && (byte === CTRL_C || byte === CTRL_D || byte === 0x1b)) break;
    const size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (count + size > most) break;
    count += size;
    if (byte === ENTER) break;
  }
  return Math.min(Math.max(count, 1), bytes.length, most);
}
