import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import {
  bytesOf,
  commandOf,
  skippable,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";

const PATIENCE_MS = 30_000;

async function tmux(socket: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command("tmux", { args: ["-L", socket, ...args] }).output();
  return new TextDecoder().decode(output.stdout);
}

/** Why no terminal can be had. */
async function noTerminal(): Promise<string | undefined> {
  if (Deno.build.os === "windows") return "there is no tmux on Windows";
  const found = await new Deno.Command("tmux", { args: ["-V"] }).output().catch(() => undefined);
  return found?.success ? undefined : "tmux is not installed";
}

/** A peer with its menu in a terminal of 80 columns and 40 rows. */
class Screen implements AsyncDisposable {
  readonly #socket = `mini-torrent-${crypto.randomUUID()}`;

  async start(tracker: number, cwd: string): Promise<void> {
    const [command, args] = commandOf("peer");
    const words = [command, ...args, "--tracker", `127.0.0.1:${tracker}`];
    const quoted = words.map((word) => `'${word}'`).join(" ");
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
        const lines = (await this.text()).replaceAll("\n", "").trimEnd();
        if (lines.endsWith(text)) return await this.presses("Enter");
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

skippable(
  "menu: one person seeds, another downloads, leaving asks once",
  await noTerminal(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const content = bytesOf(2_000_000);
    await Deno.writeFile(`${folder.path}/some file.bin`, content);
    await Deno.mkdir(`${folder.path}/in`);

    await using seeder = new Screen();
    await seeder.start(tracker.port, folder.path);
    await seeder.sees(/What now\?[^]*Download a file/);
    await seeder.presses("Enter");
    await seeder.sees(/Path of the file/);
    await seeder.answers(`"${folder.path}/some file.bin"`);
    await seeder.sees(/Port to serve from/);
    await seeder.presses("Enter");
    await seeder.sees(/Tracker/);
    await seeder.presses("Enter");
    await seeder.sees(/sharing some file\.bin[^]*Shares \(1\)/);

    await using peer = new Screen();
    await peer.start(tracker.port, folder.path);
    await peer.sees(/What now\?[^]*Download a file/);
    await peer.presses("Down", "Enter");
    await peer.sees(/Name of the file/);
    await peer.answers("some file.bin");
    await peer.sees(/Tracker/);
    await peer.presses("Enter");
    await peer.sees(/Peer to take it from[^]*127\.0\.0\.1:/);
    await peer.presses("Enter");
    await peer.sees(/Folder or file to write to/);
    await peer.answers("in/");
    await peer.sees(/SHA-256 [0-9a-f]{64}[^]*What now\?/);
    assertEquals(await Deno.readFile(`${folder.path}/in/some file.bin`), content);
    await peer.presses("C-c");
    assertStringIncludes(await peer.sees(/ended with \d+/), "ended with 0");

    await seeder.presses("Down", "Down", "Enter");
    await seeder.sees(/fetched 1 time|fetched once|1 fetched|1 complete/);
    await seeder.presses("C-c");
    await seeder.sees(/What now\?[^]*Shares \(1\)/);
    await seeder.presses("C-c");
    await seeder.sees(/1 share is active/);
    await seeder.presses("Enter");
    assertStringIncludes(await seeder.sees(/ended with \d+/), "ended with 0");
  },
);
