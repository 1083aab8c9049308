/** A terminal that a script types into and looks at: a session of tmux on a socket of its own. */

/** What a terminal showed at a moment. */
export interface Look {
  /** Its rows with SGR escapes, as `capture-pane -e` writes them. */
  readonly text: string;
  /** Where the cursor is, counted from 0; absent while it is hidden. */
  readonly cursor?: { readonly column: number; readonly row: number };
}

/** How a terminal is set up. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const KEY_MS = 45;

export class Terminal implements AsyncDisposable {
  readonly #socket = `mini-torrent-picture-${crypto.randomUUID()}`;

  /** Starts a shell whose prompt is `$`. */
  static async open(options: TerminalOptions): Promise<Terminal> {
    const terminal = new Terminal();
    const env = { ...options.env, TERM: "xterm-256color", PS1: "\\[\\e[1;32m\\]$\\[\\e[0m\\] " };
    const words = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
    const size = ["-x", String(options.columns), "-y", String(options.rows)];
    const shell = `exec env -u NO_COLOR ${words.join(" ")} bash --norc --noprofile`;
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", options.cwd, shell);
    await terminal.sees(/\$/);
    return terminal;
  }

  async look(): Promise<Look> {
    const where = "#{cursor_flag} #{cursor_x} #{cursor_y}";
    const out = await this.#tmux(
      ...["display-message", "-p", where, ";", "capture-pane", "-e", "-p"],
    );
    const end = out.indexOf("\n");
    const [shown, column, row] = out.slice(0, end).split(" ").map(Number);
    const text = out.slice(end + 1);
    return shown === 1 ? { text, cursor: { column: column!, row: row! } } : { text };
  }

  /** Types a line as a person does, and Enter. */
  async types(line: string): Promise<void> {
    for (const character of line) {
      await this.#tmux("send-keys", "-l", character);
      await pause(KEY_MS);
    }
    await pause(300);
    await this.presses("Enter");
  }

  async presses(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** Waits until its text shows something. */
  async sees(pattern: RegExp): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const text = await this.#tmux("capture-pane", "-p", "-J");
      if (pattern.test(text)) return;
      if (performance.now() > deadline) throw new Error(`never saw ${pattern} but:\n${text}`);
      await pause(50);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
  }

  async #tmux(...args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", { args: ["-L", this.#socket, ...args] });
    return new TextDecoder().decode((await command.output()).stdout);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
