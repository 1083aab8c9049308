import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { chosenPackages, inRoot, PACKAGES_VARIABLE } from "../../scripts/packages.ts";
import { bytesOf, type Ended, namesIn, skippable, temporaryFolder } from "../support/programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "it needs a POSIX shell" : undefined;

/** Runs `deno task` as a person does, from some other folder. */
async function task(
  args: readonly string[],
  options: { cwd: string; config?: string; env?: Record<string, string> },
): Promise<Ended> {
  const { config = inRoot("deno.json"), cwd, env } = options;
  const ended = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--config", config, ...args],
    cwd,
    env: { [PACKAGES_VARIABLE]: chosenPackages(), ...env, INIT_CWD: cwd, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [out, err] = [ended.stdout, ended.stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code: ended.code, out: out!, err: err! };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

Deno.test("tasks: the demo shares a file of the user's, whatever its name, and says where all is", async () => {
  await using folder = await temporaryFolder();
  const content = bytesOf(3_000_001);
  const name = Deno.build.os === "windows" ? "-a file.bin" : "-12:30 a file.";
  await Deno.writeFile(`${folder.path}/${name}`, content);
  const env = { TMPDIR: folder.path, TEMP: folder.path, TMP: folder.path };
  const { code, out, err } = await task(["demo", "--file", name], { cwd: folder.path, env });
  assertEquals(code, 0, out + err);
  assertEquals(out.split(sha256(content)).length - 1, 3, "shared, downloaded and compared");
  assertStringIncludes(out, "identical");
  const received = /^received: +(.*)$/m.exec(out)![1]!;
  assertEquals(await Deno.readFile(received), content);
  for (const [, log] of out.matchAll(/(\S+\.log)$/gm)) {
    assertMatch(await Deno.readTextFile(log!), / INFO stopping/);
  }
  assertEquals((await task(["demo", "--file"], { cwd: folder.path })).code, 64);
  const missing = await task(["demo", "--file", "nothing"], { cwd: folder.path });
  assertEquals([missing.code, missing.out], [66, ""]);
  assertMatch(missing.err, /nothing is not a file that can be read/);
});

skippable("tasks: a demo that is told to stop leaves nothing behind", WINDOWS, async () => {
  await using folder = await temporaryFolder();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "--config", inRoot("deno.json"), "demo"],
      env: { [PACKAGES_VARIABLE]: chosenPackages(), TMPDIR: folder.path, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const rest = new Response(child.stderr).text();
    let out = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (!out.includes("tracker:") && (out + text).includes("tracker:")) child.kill(signal);
      out += text;
    }
    assertEquals((await child.status).code, 130, out + await rest);
    assertMatch(await rest, /everything is stopped, the temporary folder is gone/);
    assertEquals(namesIn(folder.path), []);
    const port = Number(/tracker: 127\.0\.0\.1:(\d+)/.exec(out)![1]);
    Deno.listen({ hostname: "127.0.0.1", port }).close(); // nobody is left there
  }
});

Deno.test("tasks: tracker and peer run from source in the folder of who asks", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["tracker", "peer"]) {
    const { code, out } = await task([name, "--version"], { cwd: folder.path });
    assertEquals([code, /^(\w+) \d+\.\d+\.\d+\n$/.exec(out)?.[1]], [0, name]);
  }
  const { code, err } = await task(["peer", "seed", "no file"], { cwd: folder.path });
  assertEquals(code, 6, err);
  assertStringIncludes(err, "no file");
});

/** Stands in for `deno compile`: writes its arguments to the file of `--output`. */
const COMPILER = `#!/bin/sh
[ "$1" = compile ] || exit 2
said="$*"
while [ $# -gt 0 ]; do
  case "$1" in
    --output) output=$2 ;;
    --target) target=$2 ;;
  esac
  shift
done
if [ "$target" = x86_64-apple-darwin ]; then
  echo 'error: Writing deno compile executable' >&2
  echo 'Caused by: error sending request for url (https://dl.example/denort.zip): no route' >&2
  exit 1
fi
echo "$said base:$DENORT_BIN" > "$output"
`;

skippable(
  "tasks: compile makes every target, sums and a clear word on what failed",
  WINDOWS,
  async () => {
    await using folder = await temporaryFolder();
    const root = `${folder.path}/project`;
    await copyScripts(root);
    await Deno.writeTextFile(`${folder.path}/compiler`, COMPILER, { mode: 0o755 });
    const env = { MINI_TORRENT_COMPILER: `${folder.path}/compiler`, DENORT_BIN: "/a/base" };
    const compile = (...args: string[]) =>
      task(["compile", ...args], { cwd: root, config: `${root}/deno.json`, env });

    const all = await compile();
    assertEquals(all.code, 0, all.err);
    assertStringIncludes(all.err, "built 4 of 5 targets");
    assertMatch(
      all.err,
      /WARNING: x86_64-apple-darwin was not built: its base executable could not be fetched: https:\/\/dl\.example\/denort\.zip: no route/,
    );
    const { version } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
    const names = namesIn(`${root}/dist`);
    assertEquals(names.length, 4 * 2 + 3, names.join());
    assert(names.includes(`peer-${version}-x86_64-pc-windows-msvc.exe`));
    const sums = await Deno.readTextFile(`${root}/dist/SHA256SUMS`);
    assertEquals(sums.trimEnd().split("\n").length, 8);
    for (const [, sum, name] of sums.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)) {
      const built = await Deno.readFile(`${root}/dist/${name}`);
      assertEquals(sum, sha256(built));
      const text = new TextDecoder().decode(built);
      assertStringIncludes(text, "--no-prompt");
      assertEquals(text.includes("base:/a/base"), name!.includes(Deno.build.target), name);
    }
    const host = await Deno.readTextFile(`${root}/dist/peer`);
    assertEquals(
      host,
      await Deno.readTextFile(`${root}/dist/peer-${version}-${Deno.build.target}`),
    );

    const one = await compile("--target", "x86_64-apple-darwin");
    assertEquals(one.code, 1, "what was asked for by name must be there");
    const wrong = await compile("--target", "z80");
    assertEquals([wrong.code, wrong.out], [64, ""]);
    assertStringIncludes(wrong.err, "aarch64-unknown-linux-gnu");
  },
);

/** What the compile task needs of the project, so that the project's own dist/ is left alone. */
async function copyScripts(root: string): Promise<void> {
  await Deno.mkdir(`${root}/scripts/npm`, { recursive: true });
  const copy = (path: string) => Deno.copyFile(inRoot(path), `${root}/${path}`);
  await Promise.all(["deno.json", "deno.npm.json"].map(copy));
  for (const folder of ["scripts", "scripts/npm"]) {
    for (const { name } of [...Deno.readDirSync(inRoot(folder))].filter(({ isFile }) => isFile)) {
      await copy(`${folder}/${name}`);
    }
  }
}
