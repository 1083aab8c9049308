import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { chosenPackages, inRoot, ROOT } from "../../scripts/packages.ts";
import { bytesOf, temporaryFolder } from "../support/programs.ts";
import { classicDownload } from "../support/originals.ts";

/** Serves the sources as a code host does: plain text, nothing else. */
function serveSources(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    if (!/^\/[\w/.-]+\.(ts|json)$/.test(path) || path.includes("..")) {
      return new Response(null, { status: 404 });
    }
    const text = await Deno.readTextFile(inRoot(path.slice(1))).catch(() => undefined);
    return new Response(text, { status: text === undefined ? 404 : 200 });
  });
}

Deno.test("from a URL: tracker and peer run with nothing else at hand", async () => {
  await using server = serveSources();
  await using folder = await temporaryFolder();
  const base = `http://127.0.0.1:${server.addr.port}`;
  const map = chosenPackages() === "npm" ? ["--import-map", `${base}/deno.npm.json`] : [];
  const command = (program: string, permissions: string[], args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...permissions, ...map, `${base}/${program}.ts`, ...args],
      cwd: folder.path,
      env: { DENO_DIR: `${folder.path}/cache`, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    });
  assertEquals(folder.path.startsWith(ROOT), false, "no configuration file is above it");
  const version = await command("peer", [], ["--version"]).output();
  assertMatch(new TextDecoder().decode(version.stdout), /^peer \d+\.\d+\.\d+\n$/);

  const tracker = command("tracker", ["--allow-net"], ["--port", "0", "--json"]).spawn();
  const content = bytesOf(1_000_000);
  await Deno.writeFile(`${folder.path}/file`, content);
  const listening = await firstLine(tracker.stdout);
  const port = Number(/"port":(\d+)/.exec(listening)![1]);
  const page = await fetch(`http://127.0.0.1:${/"http_port":(\d+)/.exec(listening)![1]}/`);
  assertMatch(await page.text(), /<script type="module" src="\/assets\/page-\w+\.js">/);
  const at = ["--tracker", `127.0.0.1:${port}`];
  const seeder = command("peer", ["--allow-net", "--allow-read"], ["seed", "file", ...at]).spawn();
  const serving = Number(/on port (\d+)/.exec(await firstLine(seeder.stdout))![1]);
  try {
    assertEquals((await classicDownload(serving)).content, content);
    const all = ["--allow-net", "--allow-read", "--allow-write"];
    const got = await command("peer", all, ["get", "file", "copy", ...at]).output();
    assertEquals(got.code, 0);
    assertEquals(await Deno.readFile(`${folder.path}/copy`), content);
  } finally {
    for (const child of [seeder, tracker]) {
      child.kill("SIGTERM");
      await child.status;
    }
  }
});

/** The first line that a program writes; what follows is thrown away. */
async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended after "${text}"`);
    text += value;
  }
  (async () => {
    while (!(await reader.read()).done);
  })();
  return text.split("\n")[0]!;
}
