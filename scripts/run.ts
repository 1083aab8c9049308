/** Runs a command that owns the terminal while it lasts. */

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/**
 * Runs the command to its end.
 *
 * On a terminal Ctrl-C reaches the command by itself, and we only wait for it; without one we pass the signal on.
 *
 * @returns Its exit code; 127 where it cannot be started.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      args: [...args],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
      ...options,
    }).spawn();
  } catch (error) {
    console.error(
      `${command} cannot be started: ${error instanceof Error ? error.message : error}`,
    );
    return 127;
  }
  const stop = waitThroughSignals(child);
  try {
    return (await child.status).code;
  } finally {
    stop();
  }
}

function waitThroughSignals(child: Deno.ChildProcess): () => void {
  const onTerminal = Deno.stdin.isTerminal() || Deno.stdout.isTerminal() ||
    Deno.stderr.isTerminal();
  const windows = Deno.build.os === "windows";
  const signals: Deno.Signal[] = windows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (windows || (signal === "SIGINT" && onTerminal)) return;
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => listeners.forEach((remove) => remove());
}
