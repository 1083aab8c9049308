/** Downloads on a terminal: what is asked there, and how Ctrl-C ends it. */
import { assertEquals, assertStringIncludes } from "jsr:@std/assert@1";
import { bytesOf, namesIn, skippable, startTracker, temporaryFolder } from "../support/programs.ts";
import { assertSameFile, startSeed, writeFiles } from "../support/swarm_programs.ts";
import { noTerminal, TerminalScreen } from "../support/terminal_screen.ts";

skippable(
  "swarm terminal: one of two contents is chosen, and another's file is replaced if one says so",
  await noTerminal(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const [big, small] = [bytesOf(2_000_000, 1), bytesOf(1_000, 2)];
    await writeFiles(path, { "a/same": big, "b/same": small, "in/same": bytesOf(7) });
    const at = ["--tracker", `127.0.0.1:${tracker.port}`];
    await using _one = await startSeed(`${path}/a/same`, ...at);
    await using _two = await startSeed(`${path}/b/same`, ...at);

    const ask = async (screen: TerminalScreen) => {
      await screen.run(["get", "same", "in", ...at], path);
      return await screen.sees(/Several contents are called same[^]*1 seeder[^]*1 seeder/);
    };
    {
      await using screen = new TerminalScreen();
      const question = await ask(screen);
      const smallFirst = question.indexOf("1 kB") < question.indexOf("2 MB");
      await screen.presses(...smallFirst ? ["Enter"] : ["Down", "Enter"]);
      await screen.sees(/in\/same exists\. Replace it\?/);
      await screen.presses("Enter");
      assertStringIncludes(await screen.sees(/ended with \d+/), "ended with 73");
      await assertSameFile(`${path}/in/same`, bytesOf(7));
    }
    {
      await using screen = new TerminalScreen();
      const question = await ask(screen);
      const smallFirst = question.indexOf("1 kB") < question.indexOf("2 MB");
      await screen.presses(...smallFirst ? ["Down", "Enter"] : ["Enter"]);
      await screen.sees(/in\/same exists\. Replace it\?/);
      await screen.answers("y");
      assertStringIncludes(await screen.sees(/ended with \d+/), "ended with 0");
      await assertSameFile(`${path}/in/same`, big);
    }
    {
      await using screen = new TerminalScreen();
      await ask(screen);
      await screen.presses("C-c");
      assertStringIncludes(await screen.sees(/ended with \d+/), "ended with 130");
    }
    assertEquals(namesIn(`${path}/in`), ["same"]);
  },
);

skippable(
  "swarm terminal: a second Ctrl-C leaves nothing of a screen of several lines",
  await noTerminal(),
  async () => {
    await using tracker = await startTracker();
    await using folder = await temporaryFolder();
    const { path } = folder;
    const files = ["first", "second", "third"];
    await writeFiles(path, {
      first: bytesOf(30_000_000, 1),
      second: bytesOf(1_000, 2),
      third: bytesOf(1_000, 3),
    });
    await using screen = new TerminalScreen();
    await screen.run(["seed", ...files, "--tracker", `127.0.0.1:${tracker.port}`], path);
    const told = await screen.sees(/first .*0 peers[^]*second .*0 peers[^]*third .*0 peers/);
    const port = Number(/sharing first .* on port (\d+)/.exec(told)![1]);
    // Somebody who fetches and then does not read on: the stop waits for it.
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.read(new Uint8Array(1));
    await screen.presses("C-c");
    await screen.sees(/stopping/);
    await new Promise((resolve) => setTimeout(resolve, 200)); // two signals in one moment are one
    await screen.presses("C-c");
    const text = await screen.sees(/ended with \d+/);
    const left = text.split("\n").map((line) => line.trim()).filter(Boolean);
    assertEquals(left.at(-1), "ended with 130");
    assertEquals(left.filter((line) => /\d peers?/.test(line)), []);
  },
);
