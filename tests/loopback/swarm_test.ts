/** Shares and downloads from swarms, in the test's own process. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { join } from "node:path";
import { findSource } from "../../lib/app/find_source.ts";
import { AppError } from "../../lib/app/errors.ts";
import { swarmDownload } from "../../lib/app/swarm_download.ts";
import type { SwarmDownloadOptions, SwarmProgress } from "../../lib/app/swarm_types.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { Throttle } from "../../lib/app/throttle.ts";
import type { HostPort } from "../../lib/app/types.ts";
import { shareHere, trackerHere, Watched } from "../support/in_process.ts";
import { bytesOf, namesIn, temporaryFolder } from "../support/programs.ts";
import { writeFiles } from "../support/swarm_programs.ts";

const FILES = {
  "Set/a": bytesOf(200_000, 1),
  "Set/b/c": bytesOf(70_000, 2),
  "Set/d": new Uint8Array(),
};

/** The options of a download by name. */
async function wanted(
  name: string,
  dest: string,
  trackers: readonly HostPort[],
  more: Partial<SwarmDownloadOptions> = {},
): Promise<SwarmDownloadOptions> {
  const found = await findSource(
    { what: name, trackers, trackersGiven: true, peers: [] },
    new Watched(),
  );
  assert(found.kind === "swarm");
  const host = "127.0.0.1";
  return { ...found.source, dest, host, force: false, maxConnections: 50, ...more };
}

Deno.test("swarm: a folder by its name, phase by phase", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, FILES);
  await using share = await shareHere(join(folder.path, "Set"), tracker.at);
  const into = join(folder.path, "in");
  await Deno.mkdir(into);
  const phases: SwarmProgress["phase"][] = [];
  const told: string[] = [];
  const options = await wanted("Set", into, tracker.at, {
    onProgress: ({ phase }) => void (phases.at(-1) === phase || phases.push(phase)),
    onContents: ({ files, path, here, needed }) => {
      told.push(...files.map(({ path }) => path), path, `${here} ${needed}`);
      return true;
    },
    onComplete: ({ path }) => void told.push(`complete ${path}`),
  });
  const result = await swarmDownload(options, new Watched());
  const path = join(into, "Set");
  assertEquals(told, ["a", "b/c", "d", path, "0 270000", `complete ${path}`]);
  assertEquals(phases.at(-1), "finishing");
  assertEquals([result.files, result.size, result.downloaded, result.peers], [
    3,
    270_000,
    270_000,
    1,
  ]);
  for (const [name, content] of Object.entries(FILES)) {
    assertEquals(await Deno.readFile(join(into, name)), content);
  }
  assertEquals(namesIn(into), ["Set"]);
  assertEquals(share.snapshot().uploaded, 270_000);
});

Deno.test("swarm: what is not wanted after all is not fetched", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  await writeFiles(folder.path, { "Set/a": FILES["Set/a"] });
  await using share = await shareHere(join(folder.path, "Set"), tracker.at);
  const into = join(folder.path, "in");
  await Deno.mkdir(into);
  const options = await wanted("Set", into, tracker.at, { onContents: () => false });
  const error = await assertRejects(() => swarmDownload(options, new Watched()), AppError);
  assertEquals([error.code, error.message], ["interrupted", "Interrupted. Nothing is kept."]);
  assertEquals(namesIn(into), []);
  assertEquals(share.snapshot().uploaded, 0);
});

Deno.test("swarm: an interrupted download goes on where it was, and leaves nothing open", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  const content = bytesOf(1_000_000);
  await Deno.writeFile(join(folder.path, "file"), content);
  const up = [new Throttle(1_000_000, systemClock)];
  await using _share = await shareHere(join(folder.path, "file"), tracker.at, {
    limits: { up, down: [] },
  });
  const into = join(folder.path, "in");
  const stop = new AbortController();
  const options = await wanted("file", into, tracker.at, {
    onProgress: ({ snapshot }) => (snapshot.pieces?.have ?? 0) > 10 && stop.abort(),
  });
  const error = await assertRejects(
    () => swarmDownload(options, new Watched({ signal: stop.signal })),
    AppError,
  );
  assertEquals(error.code, "interrupted");
  assertStringIncludes(error.message, "% is kept; the same command goes on from there.");
  assertEquals(namesIn(folder.path), [".in.journal", "file", "in.part"]);
  const context = new Watched();
  const { onProgress: _, ...again } = options;
  const result = await swarmDownload(again, context);
  assert(result.downloaded < content.length, `${result.downloaded} bytes came`);
  assert(context.lines.some((line) => /^info Resuming at \d+ %$/.test(line)));
  assertEquals(await Deno.readFile(into), content);
  const { sha256 } = result;
  const whole = await swarmDownload({ ...again, sha256: sha256! }, context);
  assertEquals([whole.downloaded, whole.sha256], [0, sha256]);
});

Deno.test("swarm: stopped while it waits, checks or is asked, a download ends at once", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  await Deno.writeFile(join(folder.path, "file"), bytesOf(100_000));
  const share = await shareHere(join(folder.path, "file"), tracker.at);
  const options = await wanted("file", join(folder.path, "in"), tracker.at);
  await using stack = new AsyncDisposableStack();
  stack.use(share);
  {
    const stop = new AbortController();
    const error = await assertRejects(
      () =>
        swarmDownload({
          ...options,
          onContents: async () => {
            stop.abort();
            await new Promise((resolve) => setTimeout(resolve, 20));
            return true;
          },
        }, new Watched({ signal: stop.signal })),
      AppError,
    );
    assertEquals(error.code, "interrupted");
  }
  await share.stop(0);
  const stop = new AbortController();
  const error = await assertRejects(
    () =>
      swarmDownload({
        ...options,
        onProgress: ({ phase }) => phase === "metadata" && stop.abort(),
      }, new Watched({ signal: stop.signal })),
    AppError,
  );
  assertEquals([error.code, error.message], ["interrupted", "Interrupted. Nothing is kept."]);
  stop.abort();
  const early = await assertRejects(
    () => swarmDownload(options, new Watched({ signal: stop.signal })),
    AppError,
  );
  assertEquals(early.code, "interrupted");
  assertEquals(namesIn(folder.path), ["file"]);
});

Deno.test("swarm: two that share the same content are one swarm, and fetch nothing of each other", async () => {
  await using tracker = await trackerHere();
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, bytesOf(100_000));
  await using one = await shareHere(path, tracker.at);
  await using two = await shareHere(path, tracker.at);
  assertEquals(one.snapshot().v2, two.snapshot().v2);
  // What one of them loses, it does not take from the other: it is somebody's file.
  await Deno.truncate(path, 50_000);
  const options = await wanted("file", join(folder.path, "in"), tracker.at, {
    stallTimeoutMs: 1_500,
  });
  const error = await assertRejects(() => swarmDownload(options, new Watched()), AppError);
  assertEquals(error.code, "peer_connect");
  assert(one.snapshot().problem ?? two.snapshot().problem);
  assertEquals(Deno.statSync(path).size, 50_000);
});
