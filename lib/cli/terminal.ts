import type { OutputKind } from "./output_queue.ts";

/** Text out and facts about the terminal; the real one is {@linkcode systemTerminal}. */
export interface Terminal {
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal now; 80 when nobody knows. */
  columns(): number;
  /** Rows of the terminal now; 24 when nobody knows. */
  rows(): number;
  /** Writes to standard output; false once nobody reads it any more. */
  out(text: string, kind?: OutputKind): boolean;
  /** Writes to standard error; what cannot be written is dropped. */
  err(text: string): void;
  /** Reads the environment; never asks for a permission. */
  env(name: string): string | undefined;
}

const encoder = new TextEncoder();

/** The terminal that the program runs on. */
export function systemTerminal(): Terminal {
  return {
    stdinIsTerminal: Deno.stdin.isTerminal(),
    stdoutIsTerminal: Deno.stdout.isTerminal(),
    stderrIsTerminal: Deno.stderr.isTerminal(),
    columns: () => size().columns || 80,
    rows: () => size().rows || 24,
    out: (text) => writeAll(Deno.stdout, text),
    err: (text) => void writeAll(Deno.stderr, text),
    env: readEnv,
  };
}

function size(): { columns: number; rows: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 0, rows: 0 };
  }
}

function readEnv(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

function writeAll(file: { writeSync(bytes: Uint8Array): number }, text: string): boolean {
  let rest = encoder.encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(file.writeSync(rest));
    } catch (error) {
      // A pipe that another program made non-blocking is full: wait for its reader.
      if (!(error instanceof Deno.errors.WouldBlock)) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
