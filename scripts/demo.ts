/**
 * `deno task demo [--file PATH]`: a tracker, a peer that shares a file, and a peer that downloads it, here and now.
 *
 * Everything happens on this machine, on free ports, in a temporary folder.
 */
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { BackgroundProgram, programArgs } from "./program.ts";
import { run } from "./run.ts";

async function main(args: readonly string[]): Promise<number> {
  const file = readFile(args);
  if (file === undefined) {
    console.error("demo: usage: deno task demo [--file PATH]");
    return 64;
  }
  const size = await fileSize(file);
  if (size === undefined) {
    console.error(`demo: ${file} is not a file that can be read. Name another with --file PATH`);
    return 66;
  }
  const folder = await Deno.makeTempDir({ prefix: "mini-torrent-demo-" });
  const logs = { tracker: join(folder, "tracker.log"), seeder: join(folder, "seeder.log") };
  const received = join(folder, "received");
  await Deno.mkdir(received);
  const interruption = new AbortController();
  const signals = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    Deno.addSignalListener(signal as Deno.Signal, () => interruption.abort());
  }
  try {
    return await share(file, size, received, logs, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) {
      await Deno.remove(folder, { recursive: true });
      console.error("demo: interrupted; everything is stopped, the temporary folder is gone");
      return 130;
    }
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    for (const log of Object.values(logs)) {
      console.error(`--- ${log}\n${await Deno.readTextFile(log).catch(() => "")}`);
    }
    return 1;
  }
}

async function share(
  file: string,
  size: number,
  received: string,
  logs: { tracker: string; seeder: string },
  signal: AbortSignal,
): Promise<number> {
  console.log("1. A tracker starts on a free port.");
  await using tracker = new BackgroundProgram("tracker", ["--port", "0"], logs.tracker, signal);
  const { port } = await tracker.message("listening");
  const address = `127.0.0.1:${port}`;
  console.log(`   tracker: ${address}`);

  console.log(`2. A peer shares ${file} (${(size / 1e6).toFixed(1)} MB).`);
  const seed = ["seed", file, "--tracker", address];
  await using seeder = new BackgroundProgram("peer", seed, logs.seeder, signal);
  const shared = await seeder.message("share");
  console.log(`   sharing "${shared.name}" on port ${shared.port}`);

  console.log("3. Another peer finds it at the tracker and downloads it.");
  const code = await run(
    Deno.execPath(),
    programArgs("peer", ["download", "--tracker", address, "--", `${shared.name}`, received]),
    { cwd: received },
  );
  if (code !== 0) throw new Error(`the download ended with exit code ${code}`);

  console.log("4. Both files are read again and compared.");
  // Its name may be another than the shared file's: one that is safe on every system.
  const copy = join(received, [...Deno.readDirSync(received)].map(({ name }) => name).join());
  const [sent, arrived] = [await sha256(file, signal), await sha256(copy, signal)];
  console.log(`   SHA-256 shared:   ${sent}\n   SHA-256 received: ${arrived}`);
  if (sent !== arrived) throw new Error("the files differ");
  console.log(`   identical

shared:    ${file}
received:  ${copy}
logs:      ${logs.tracker}
           ${logs.seeder}

Tracker and seeder are being stopped. The folder above stays: delete it when you like.`);
  return 0;
}

function readFile(args: readonly string[]): string | undefined {
  if (args.length === 0) return Deno.execPath();
  if (args.length === 1 && args[0]?.startsWith("--file=")) return resolve(args[0].slice(7));
  if (args.length === 2 && args[0] === "--file" && args[1]) return resolve(args[1]);
  return undefined;
}

async function fileSize(path: string): Promise<number | undefined> {
  const stat = await Deno.stat(path).catch(() => undefined);
  return stat?.isFile ? stat.size : undefined;
}

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  for (let read = await file.read(buffer); read !== null; read = await file.read(buffer)) {
    signal.throwIfAborted();
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest("hex");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
