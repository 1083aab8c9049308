import { commandOf } from "./programs.ts";

const PATIENCE_MS = 30_000;

async function tmux(socket: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command("tmux", { args: ["-L", socket, ...args] }).output();
  return new TextDecoder().decode(output.stdout);
}

/** Why no terminal can be had. */
export async function noTerminal(): Promise<string | undefined> {
  if (Deno.build.os === "windows") return "there is no tmux on Windows";
  const found = await new Deno.Command("tmux", { args: ["-V"] }).output().catch(() => undefined);
  return found?.success ? undefined : "tmux is not installed";
}

/** A peer in a terminal of 80 columns and 40 rows. */
export class TerminalScreen implements AsyncDisposable {
  readonly #socket = `mini-torrent-${crypto.randomUUID()}`;

  /** Runs a peer; behind its end stands `ended with CODE`. */
  async run(args: readonly string[], cwd: string): Promise<void> {
    const [command, before] = commandOf("peer");
    const quoted = [command, ...before, ...args].map((word) => `'${word}'`).join(" ");
    const line = `cd '${cwd}' && ${quoted}; echo "ended with $?"; exec sleep 60`;
    await tmux(this.#socket, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "40", line);
  }

  async text(): Promise<string> {
    return await tmux(this.#socket, "capture-pane", "-p");
  }

  /** Waits until the screen's last lines show something. */
  async sees(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const text = await this.text();
      if (pattern.test(text)) return text;
      if (Date.now() > deadline) throw new Error(`never saw ${pattern} but:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Types an answer and Enter; again where the question did not listen yet. */
  async answers(text: string): Promise<void> {
    for (let tries = 0; tries < 10; tries++) {
      await tmux(this.#socket, "send-keys", "-l", text);
      for (let looks = 0; looks < 20; looks++) {
        // What is suggested may stand behind what was typed.
        const lines = (await this.text()).replaceAll("\n", "");
        if (lines.slice(lines.lastIndexOf("?")).includes(text)) return await this.presses("Enter");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await this.presses("C-u");
    }
    throw new Error(`"${text}" could not be typed:\n${await this.text()}`);
  }

  async presses(...keys: string[]): Promise<void> {
    for (const key of keys) await tmux(this.#socket, "send-keys", key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await tmux(this.#socket, "kill-server");
  }
}
