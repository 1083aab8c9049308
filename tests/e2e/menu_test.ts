import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import {
  bytesOf,
  skippable,
  startSeeder,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";
import { noTerminal, TerminalScreen } from "../support/terminal_screen.ts";

/** A peer with its menu in a terminal. */
class Screen extends TerminalScreen {
  async start(tracker: number, cwd: string): Promise<void> {
    await this.run(["--tracker", `127.0.0.1:${tracker}`], cwd);
  }

  /** Seeds something, from a free port, at the tracker that it was started with. */
  async seeds(path: string): Promise<void> {
    await this.sees(/What now\?[^]*Seed a file/);
    await this.presses("Enter");
    await this.sees(/Path of the file or folder/);
    await this.answers(path);
    await this.sees(/Port to serve from/);
    await this.presses("Enter");
    await this.sees(/Tracker/);
    await this.presses("Enter");
  }

  /** Asks for a name, at the tracker that it was started with. */
  async asksFor(name: string): Promise<void> {
    await this.sees(/What now\?[^]*Download a file/);
    await this.presses("Down", "Enter");
    await this.sees(/hash or \.torrent file[^\n]*\s*$/);
    await this.answers(name);
    await this.sees(/Tracker[^\n]*\s*$/);
    await this.presses("Enter");
  }
}

skippable(
  "menu: one person seeds a file, another downloads it, leaving asks once",
  await noTerminal(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const content = bytesOf(2_000_000);
    await Deno.writeFile(`${folder.path}/some file.bin`, content);
    await Deno.mkdir(`${folder.path}/in`);

    await using seeder = new Screen();
    await seeder.start(tracker.port, folder.path);
    await seeder.seeds('"some file.bin"');
    await seeder.sees(/sharing some file\.bin[^]*Shares \(1\)/);

    await using peer = new Screen();
    await peer.start(tracker.port, folder.path);
    await peer.asksFor("some file.bin");
    await peer.sees(/Peers to take it from[^]*All of them \(1\)/);
    await peer.presses("Enter");
    await peer.sees(/Folder or file to write to/);
    await peer.answers("in/");
    await peer.sees(/SHA-256 [0-9a-f]{64}[^]*What now\?[^]*Running downloads \(1\)/);
    assertEquals(await Deno.readFile(`${folder.path}/in/some file.bin`), content);
    // What is complete only serves: nobody is asked about it.
    await peer.presses("C-c");
    assertStringIncludes(await peer.sees(/ended with \d+/), "ended with 0");

    await seeder.presses("Down", "Down", "Enter");
    await seeder.sees(/fetched once[^]*2 MB sent, ratio 1\.0/);
    await seeder.presses("C-c");
    await seeder.sees(/What now\?[^]*Shares \(1\)/);
    await new Promise((resolve) => setTimeout(resolve, 200)); // two Ctrl-C in one moment are one
    await seeder.presses("C-c");
    await seeder.sees(/1 share is active/);
    await seeder.presses("Enter");
    assertStringIncludes(await seeder.sees(/ended with \d+/), "ended with 0");
  },
);

skippable(
  "menu: one of two folders of a name is chosen, from one of its peers, on a live screen",
  await noTerminal(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    for (const [place, size] of [["a", 60_000_000], ["b", 1_000]] as const) {
      await Deno.mkdir(`${path}/${place}/films/sub`, { recursive: true });
      await Deno.writeFile(`${path}/${place}/films/sub/film`, bytesOf(size));
    }
    await Deno.mkdir(`${path}/in`);
    // So slow that the download can be watched, stopped and gone on with.
    await using _slow = await startSeeder(`${path}/a/films`, tracker.port, "--up-limit", "1MB");
    await using _same = await startSeeder(`${path}/a/films`, tracker.port, "--up-limit", "1MB");
    await using _other = await startSeeder(`${path}/b/films`, tracker.port);

    await using peer = new Screen();
    await peer.start(tracker.port, path);
    await peer.asksFor("films");
    const choice = await peer.sees(
      /2 different contents[^]*60 MB {2}\w{8} {2}2 seeders[^]*1 seeder/,
    );
    assertStringIncludes(choice, "1 kB");
    await peer.presses("Enter");
    await peer.sees(/All of them \(2\)[^]*Particular ones/);
    await peer.presses("Down", "Enter");
    await peer.sees(/Which ones[^]*:\d+ {2}has all of it[^]*:\d+ {2}has all of it/);
    // Both are chosen at first; the other one stays in.
    await peer.presses("Space", "Enter");
    await peer.sees(/Folder or file to write to/);
    await peer.answers("in/");
    await peer.sees(/films {2}[█▓▒░]+ +\d+% [^]*MB\/s[^]*1 of 1 peer/);
    await peer.presses("x");
    await peer.sees(/What now\?[^]*Running downloads \(1\)/);
    await peer.presses("Down", "Down", "Enter");
    await peer.sees(/films {2}[█▓▒░]+ +[1-9]\d*% /);
    await peer.presses("x");
    await peer.sees(/Stop films/);
    await peer.presses("Down", "Enter");
    await peer.sees(/films: [^]*is kept/);
    await peer.presses("C-c");
    assertStringIncludes(await peer.sees(/ended with \d+/), "ended with 0");

    await using again = new Screen();
    await again.start(tracker.port, path);
    await again.asksFor("films");
    await again.sees(/2 different contents/);
    await again.presses("Enter");
    await again.sees(/All of them/);
    await again.presses("Enter");
    await again.sees(/Folder or file to write to/);
    await again.answers("in/");
    await again.sees(/films {2}[█▓▒░]+ +[1-9]\d*% [^]*2 of \d peers/);
    await again.presses("C-c");
    await again.sees(/What now\?[^]*Running downloads \(1\)/);
    await new Promise((resolve) => setTimeout(resolve, 200)); // two Ctrl-C in one moment are one
    await again.presses("C-c");
    await again.sees(/1 download is active and will stop\. Leave\?/);
    await again.presses("Enter");
    assertStringIncludes(await again.sees(/ended with \d+/), "ended with 0");
  },
);
