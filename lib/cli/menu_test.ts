import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { FakeSwarm } from "../../tests/support/fake_swarm.ts";
import { shareHere, trackerHere } from "../../tests/support/in_process.ts";
import { type Answer, MenuSession } from "../../tests/support/menu_session.ts";
import {
  classicAsk,
  classicSeeder,
  classicTracker,
  deadPort,
} from "../../tests/support/originals.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { Menu } from "./menu.ts";
import { checkWhat } from "./menu_download.ts";

const WHAT = "Name, magnet link, hash or .torrent file";
const V1 = "0123456789abcdef".repeat(2) + "01234567";

/** Runs the menu with answers given in advance. */
async function run(answers: readonly Answer[], swarm = new FakeSwarm()) {
  const menu = new MenuSession(answers);
  const code = await new Menu(menu.session, menu.prompts, swarm.run).run();
  assertEquals(menu.left, 0);
  return { code, text: menu.text, asked: menu.asked };
}

Deno.test("Exit and Ctrl-C leave the menu", async () => {
  assertEquals((await run(["exit"])).code, 0);
  assertEquals((await run([null])).code, 0);
});

Deno.test("Ctrl-C at a question goes back to the menu", async () => {
  const { asked } = await run(["download", null, "exit"]);
  assertEquals(asked, ["What now?", WHAT, "What now?"]);
});

Deno.test("an error is printed and the menu goes on; the tracker is remembered", async () => {
  const tracker = `127.0.0.1:${deadPort()}`;
  const { code, text, asked } = await run(
    ["download", "x", tracker, "download", "y", "", "exit"],
  );
  assertEquals(code, 0);
  assertEquals(asked.filter((message) => message === "What now?").length, 3);
  assertEquals(text.split("ERROR").length, 3);
  assertEquals(text.split(tracker).length >= 3, true);
  assert(!text.includes("Please report"));
});

Deno.test("a folder is shared in the background, shown, and leaving asks", async () => {
  await using folder = await temporaryFolder();
  await using tracker = await trackerHere();
  await Deno.mkdir(`${folder.path}/a b`);
  await Deno.writeTextFile(`${folder.path}/a b/c.txt`, "hello");
  await Deno.writeTextFile(`${folder.path}/d.txt`, "hello");
  const address = `127.0.0.1:${tracker.port}`;
  const { code, text, asked } = await run([
    ...["seed", `"${folder.path}/a b"`, "", address],
    ...["seed", `${folder.path}/d.txt`, "", ""],
    ...["shares", "back", "exit", "n", "exit", "y"],
  ]);
  assertEquals(code, 0);
  assertStringIncludes(text, "sharing a b (5 B, 1 file) on port");
  assertStringIncludes(text, "sharing d.txt (5 B) on port");
  assertStringIncludes(text, "not fetched yet");
  assertStringIncludes(asked.join("\n"), "2 shares are active and will stop. Leave?");
});

Deno.test("a name with one content is downloaded behind the menu, from all or particular peers", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/film`, "hello");
  await using tracker = await trackerHere();
  await using share = await shareHere(`${folder.path}/film`, tracker.at);
  const { port, v2 } = share.snapshot();
  const swarm = new FakeSwarm();
  const [all, one] = [swarm.next(), swarm.next()];
  const address = `127.0.0.1:${tracker.port}`;
  const { text, asked } = await run([
    ...["download", "film", address, "all", "", "(key)"],
    ...["download", "film", "", "some", "0", "in/", "(key)"],
    (choices) => {
      assertEquals(choices[2], { name: "Running downloads (2)", value: "downloads" });
      return "exit";
    },
    "y",
  ], swarm);
  const { peers, onlyPeers, dest, trackers } = all.options;
  assertEquals(all.options.v2, v2);
  assertEquals({ peers, onlyPeers, dest, trackers }, {
    peers: [],
    onlyPeers: undefined,
    dest: ".",
    trackers: tracker.at,
  });
  assertEquals(one.options.onlyPeers, true);
  assertEquals(one.options.peers.map(({ port }) => port), [port]);
  assertEquals(one.options.dest, "in/");
  assertStringIncludes(asked.at(-1)!, "2 downloads are active and will stop. Leave?");
  assertStringIncludes(text, "film: Stopped by the test.");
});

Deno.test("of several contents that bear a name one is chosen", async () => {
  await using folder = await temporaryFolder();
  await using tracker = await trackerHere();
  await using shares = new AsyncDisposableStack();
  const hashes = new Map<string, string>();
  for (const content of ["one", "another"]) {
    await Deno.mkdir(`${folder.path}/${content}`);
    await Deno.writeTextFile(`${folder.path}/${content}/film`, content);
    const share = await shareHere(`${folder.path}/${content}/film`, tracker.at);
    shares.use(share);
    hashes.set(share.snapshot().v2.slice(0, 8), share.snapshot().v2);
  }
  const swarm = new FakeSwarm();
  const download = swarm.next();
  let wanted: string | undefined;
  const { asked } = await run([
    ...["download", "film", `127.0.0.1:${tracker.port}`],
    (choices) => {
      const shown = choices.map(({ name }) => /^(\d) B {2}(\w{8}) {2}1 seeder/.exec(name));
      assertEquals(shown.map((match) => match?.[1]).sort(), ["3", "7"]);
      wanted = hashes.get(shown[1]![2]!);
      return "1";
    },
    ...["all", "", "(key)", "exit", "y"],
  ], swarm);
  assertEquals(asked[3], "2 different contents have that name");
  assertEquals(download.options.v2, wanted);
});

Deno.test("a link needs no tracker", async () => {
  const swarm = new FakeSwarm();
  const download = swarm.next();
  const magnet = `magnet:?xt=urn:btih:${V1}&dn=film&x.pe=192.0.2.1:9`;
  const { asked } = await run(
    ["download", ` ${magnet} `, "all", "", "(key)", "exit", "y"],
    swarm,
  );
  assertEquals(asked, [
    "What now?",
    WHAT,
    "Peers to take it from",
    "Folder or file to write to",
    "What now?",
    "1 download is active and will stop. Leave?",
  ]);
  assertEquals(download.options.peers, [{ host: "192.0.2.1", port: 9 }]);
  assertEquals(download.options.trackers, []);
});

Deno.test("what only an original seeder has is fetched by its protocol", async () => {
  await using folder = await temporaryFolder();
  await using tracker = classicTracker();
  const content = bytesOf(1000);
  await using seeder = classicSeeder(content);
  await classicAsk(tracker.port, `REGISTER old.bin ${seeder.port}\n`);
  const { text } = await run([
    ...["download", "old.bin", `127.0.0.1:${tracker.port}`, "all", `${folder.path}/`, "exit"],
  ]);
  assertStringIncludes(text, "The classic checksum agreed");
  assertEquals(await Deno.readFile(`${folder.path}/old.bin`), content);
});

Deno.test("what cannot be looked for is not taken", () => {
  assertEquals(checkWhat("film"), true);
  assertEquals(checkWhat(V1), true);
  assertEquals(checkWhat("  "), "A name as it is shared, a link, a hash or a file, please.");
  assertMatch(String(checkWhat("magnet:?dn=film")), /^The link cannot be used/);
});
