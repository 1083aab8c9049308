/** Makes an executable of one of the two programs. */
import { chosenPackages, inRoot, NET_FLAG, packageFlags, ROOT, V8_FLAGS } from "./packages.ts";

export type Program = "tracker" | "peer";

export const PROGRAMS: readonly Program[] = ["tracker", "peer"];

/** What an executable may do; it never asks for more. */
const PERMISSIONS: Readonly<Record<Program, readonly string[]>> = {
  tracker: ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
  // With less Deno opens nothing below /dev: a file in /dev/shm could not be shared.
  peer: ["--allow-all"],
};

export interface BuildOptions {
  /** Path of the executable. */
  readonly output: string;
  /** Absent: the host's own. */
  readonly target?: string;
  readonly timeoutMs?: number;
}

/**
 * Compiles `program`.
 *
 * `MINI_TORRENT_COMPILER` is the shell command of the Deno to compile with (absent: this one); `DENORT_BIN` is used
 * for the host's own target only.
 *
 * @returns Why it failed; undefined if it did not.
 */
export async function build(program: Program, options: BuildOptions): Promise<string | undefined> {
  const { output, target = Deno.build.target, timeoutMs = 600_000 } = options;
  const given = Deno.env.get("MINI_TORRENT_COMPILER");
  const [command, first]: [string, string[]] = given ? shellCommand(given) : [Deno.execPath(), []];
  const args = [
    ...first,
    "compile",
    "--quiet",
    "--no-check",
    ...PERMISSIONS[program],
    "--no-prompt",
    V8_FLAGS,
    NET_FLAG,
  ];
  args.push(...packageFlags(chosenPackages()), "--output", output);
  if (target !== Deno.build.target) args.push("--target", target);
  args.push(inRoot(`${program}.ts`));
  const env = { ...Deno.env.toObject(), NO_COLOR: "1" };
  if (target !== Deno.build.target) delete (env as Record<string, string>).DENORT_BIN;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const child = new Deno.Command(command, {
      args,
      cwd: ROOT,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal,
    }).spawn();
    const ended = await Promise.race([child.output(), expiry(signal)]);
    if (ended === undefined) return `it took longer than ${timeoutMs / 1_000} s`;
    if (ended.success) return undefined;
    return reason(new TextDecoder().decode(ended.stderr)) || `exit code ${ended.code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The file name of an executable for the target. */
export function executableName(name: string, target: string = Deno.build.target): string {
  return target.includes("windows") ? `${name}.exe` : name;
}

/** How to start a command that a shell understands, with the arguments that come before its own. */
export function shellCommand(given: string): [command: string, args: string[]] {
  if (Deno.build.os === "windows") return ["cmd", ["/d", "/c", ...given.split(" ")]];
  return ["sh", ["-c", `exec ${given} "$@"`, "sh"]];
}

function expiry(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** The error on one line, with its causes unless it is a download that failed. */
function reason(stderr: string): string {
  const url = /for url \((\S+)\): (.*)/.exec(stderr);
  if (url) return `its base executable could not be fetched: ${url[1]}: ${url[2]}`;
  const lines = stderr.split("\n").map((line) => line.trim());
  const start = lines.findIndex((line) => line.startsWith("error:"));
  if (start < 0) return lines.filter((line) => line !== "").at(-1) ?? "";
  const end = lines.findIndex((line, index) => index > start && /^Stack backtrace/.test(line));
  return lines.slice(start, end < 0 ? start + 6 : end)
    .map((line) => line.replace(/^error: |^Caused by:$|^\d+: /g, ""))
    .filter((line) => line !== "")
    .join("; ");
}
