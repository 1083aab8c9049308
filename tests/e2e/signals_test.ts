import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { classicAsk, classicDownload, classicSeeder, StandIn } from "../support/originals.ts";
import {
  bytesOf,
  namesIn,
  Program,
  skippable,
  startSeeder,
  startTracker,
  temporaryFolder,
} from "../support/programs.ts";

const WINDOWS = Deno.build.os === "windows" ? "Windows sends no signals to children" : undefined;
const CONTENT = bytesOf(4_000_000);

/** A tracker that knows one peer of `file`, or that never answers. */
function trackerOf(peer: number | undefined, asked: () => void): StandIn {
  return new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    asked();
    if (peer === undefined) await conn.read(new Uint8Array(1));
    else await conn.write(new TextEncoder().encode(`127.0.0.1:${peer};\n`));
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  skippable(
    `signals: ${signal} stops a tracker, idle or with clients, with 0`,
    WINDOWS,
    async () => {
      for (const clients of [0, 20]) {
        await using tracker = await startTracker();
        const conns: Deno.TcpConn[] = [];
        for (let n = 0; n < clients; n++) {
          const conn = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
          await conn.write(new TextEncoder().encode(n % 2 ? "GETP" : ""));
          conns.push(conn);
        }
        assertEquals(await classicAsk(tracker.port, "GETPEERS x\n"), "\n");
        tracker.signal(signal);
        const ended = await tracker.ended();
        assertEquals(ended.code, 0, ended.err);
        for (const conn of conns) conn.close();
      }
    },
  );

  skippable(
    `signals: ${signal} stops a seeder, idle or while it sends, with 0`,
    WINDOWS,
    async () => {
      await using tracker = await startTracker();
      await using folder = await temporaryFolder();
      await Deno.writeFile(`${folder.path}/file`, bytesOf(64_000_000));
      for (const slow of [false, true]) {
        await using seeder = await startSeeder(`${folder.path}/file`, tracker.port);
        using _conn = slow
          ? await Deno.connect({ hostname: "127.0.0.1", port: seeder.port })
          : undefined;
        if (slow) await seeder.log(/started/);
        seeder.signal(signal);
        const ended = await seeder.ended();
        assertEquals(ended.code, 0, ended.err);
      }
    },
  );
}

skippable(
  "signals: Ctrl-C at every stage of a download leaves nothing and ends with 130",
  WINDOWS,
  async () => {
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    await using half = classicSeeder(CONTENT, { pauseAfter: { bytes: 2_000_000, until: never } });
    await using mute = new StandIn(async (conn) => void await conn.read(new Uint8Array(1)));
    const stages: [string, number | undefined, RegExp][] = [
      ["finding", undefined, /"phase":"finding"/],
      ["connected to a peer that says nothing", mute.port, /"phase":"(connecting|receiving)"/],
      ["receiving", half.port, /"phase":"receiving","received":[1-9]/],
    ];
    for (const [stage, peer, seen] of stages) {
      await using folder = await temporaryFolder();
      const asked = Promise.withResolvers<void>();
      await using tracker = trackerOf(peer, asked.resolve);
      const at = `127.0.0.1:${tracker.port}`;
      const args = ["get", "file", `${folder.path}/`, "--tracker", at, "--json"];
      await using peerProgram = new Program("peer", args);
      await asked.promise;
      await peerProgram.out(seen);
      peerProgram.signal("SIGINT");
      const ended = await peerProgram.ended();
      assertEquals(ended.code, 130, `${stage}\n${ended.err}`);
      assertEquals(namesIn(folder.path), [], stage);
      assertMatch(ended.out.trim().split("\n").at(-1)!, /"type":"error","code":"interrupted"/);
      if (stage === "receiving") {
        assertStringIncludes(ended.err, "Nothing is kept");
        assertStringIncludes(ended.err, "peer download file");
      }
    }
    release();
  },
);

skippable(
  "signals: a seeder or a listing that still waits for its tracker ends with 130",
  WINDOWS,
  async () => {
    await using folder = await temporaryFolder();
    await Deno.writeFile(`${folder.path}/file`, CONTENT);
    for (const args of [["seed", `${folder.path}/file`], ["list", "file"]]) {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const asked = Promise.withResolvers<void>();
        await using tracker = trackerOf(undefined, asked.resolve);
        const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
        await using program = new Program("peer", [...args, ...at]);
        await asked.promise;
        program.signal(signal);
        const ended = await program.ended();
        assertEquals(ended.code, 130, ended.err);
        assertMatch(ended.out.trim().split("\n").at(-1)!, /"type":"error","code":"interrupted"/);
      }
    }
  },
);

skippable("signals: a second Ctrl-C ends a seeder at once", WINDOWS, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/file`, bytesOf(64_000_000));
  await using seeder = await startSeeder(`${folder.path}/file`, tracker.port);
  using _slow = await Deno.connect({ hostname: "127.0.0.1", port: seeder.port });
  await seeder.log(/started/);
  seeder.signal("SIGINT");
  await seeder.log(/stopping/);
  await new Promise((resolve) => setTimeout(resolve, 200)); // two signals in one moment are one
  seeder.signal("SIGINT");
  assertEquals((await seeder.ended()).code, 130);
});

skippable("signals: a seeder killed half way, and the next one takes over", WINDOWS, async () => {
  await using tracker = await startTracker();
  await using folder = await temporaryFolder();
  const content = bytesOf(300_000_000);
  await Deno.writeFile(`${folder.path}/file`, content);
  await using second = await startSeeder(`${folder.path}/file`, tracker.port);
  await using first = await startSeeder(`${folder.path}/file`, tracker.port);
  await Deno.mkdir(`${folder.path}/in`);
  const args = ["get", "file", `${folder.path}/in`, "--tracker", `127.0.0.1:${tracker.port}`];
  await using peer = new Program("peer", [...args, "--classic", "--json"]);
  await first.log(/transfer 1 .*started/);
  first.signal("SIGKILL");
  const ended = await peer.ended();
  assertEquals(ended.code, 0, ended.err);
  const result = JSON.parse(ended.out.trim().split("\n").at(-1)!);
  assertEquals(result.from, `127.0.0.1:${second.port}`);
  assertEquals(result.failed.length, 1);
  assertEquals(namesIn(`${folder.path}/in`), ["file"]);
});

skippable(
  "signals: a downloader that was killed can simply be started again",
  WINDOWS,
  async () => {
    await using folder = await temporaryFolder();
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    await using half = classicSeeder(CONTENT, { pauseAfter: { bytes: 2_000_000, until: never } });
    await using whole = classicSeeder(CONTENT);
    for (const [seeder, killed] of [[half, true], [whole, false]] as const) {
      await using tracker = trackerOf(seeder.port, () => {});
      const at = ["--tracker", `127.0.0.1:${tracker.port}`, "--json"];
      await using peer = new Program("peer", ["get", "file", `${folder.path}/`, ...at]);
      if (!killed) {
        assertEquals((await peer.ended()).code, 0);
        continue;
      }
      await peer.out(/"phase":"receiving","received":[1-9]/);
      peer.signal("SIGKILL");
      await peer.ended();
      assertEquals(namesIn(folder.path), ["file.part"]);
    }
    release();
    assertEquals(await Deno.readFile(`${folder.path}/file`), CONTENT);
  },
);

skippable(
  "signals: a file that changes while it is sent never arrives as whole",
  WINDOWS,
  async () => {
    await using tracker = await startTracker();
    for (const change of ["shrink", "rewrite", "replace"]) {
      await using folder = await temporaryFolder();
      const path = `${folder.path}/file`;
      const content = bytesOf(64_000_000);
      await Deno.writeFile(path, content);
      await using seeder = await startSeeder(path, tracker.port);
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: seeder.port });
      await seeder.log(/started/);
      if (change === "shrink") await Deno.truncate(path, 1000);
      if (change === "rewrite") {
        using file = await Deno.open(path, { write: true });
        await file.seek(60_000_000, Deno.SeekMode.Start);
        await file.write(new Uint8Array(1000));
      }
      if (change === "replace") {
        await Deno.writeFile(`${path}.new`, bytesOf(64_000_000, 7));
        await Deno.rename(`${path}.new`, path);
      }
      let received = 0;
      const buffer = new Uint8Array(1 << 20);
      for (;;) {
        const count = await conn.read(buffer).catch(() => null);
        if (count === null) break;
        received += count;
      }
      assert(received < 24 + content.length, `${change}: ${received} bytes`);
      await seeder.log(/ERROR .*(shrank|was replaced|was written to) since it was registered/);
      const later = await classicDownload(seeder.port).catch(() => undefined);
      assertEquals(later, undefined, "a changed file is not served again");
    }
  },
);
