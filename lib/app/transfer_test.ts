import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { StandingClock } from "../../tests/support/in_process.ts";
import { classicSum, readAll } from "../../tests/support/originals.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { DiskError } from "../disk/errors.ts";
import { SourceFile } from "../disk/source_file.ts";
import { Connection } from "../net/connection.ts";
import { NetError } from "../net/errors.ts";
import { sendFile, type TransferEvents } from "./transfer.ts";

const HEADER = 24;

/** A file of so many bytes, a downloader's connection, and all that is told of the transfer. */
async function transferOf(size: number, onProgress = (_sent: number) => {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const path = join(folder.path, "file");
  const content = bytesOf(size);
  await Deno.writeFile(path, content);
  const source = await SourceFile.register(path, () => {});
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [theirs, conn] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  const connection = stack.use(new Connection(conn));
  stack.defer(() => {
    try {
      theirs.close();
    } catch {
      // The test has closed it.
    }
  });
  const clock = new StandingClock();
  const lines: string[] = [];
  const progress: [string, number, number][] = [];
  const problems: string[] = [];
  const events: TransferEvents = {
    clock,
    log: (level, message) => void lines.push(`${level} ${message}`),
    onProgress: (...told) => {
      progress.push(told);
      onProgress(told[1]);
    },
    onChanged: (problem) => void problems.push(problem),
  };
  const to = `127.0.0.1:${theirs.localAddr.port}`;
  const send = () => sendFile(source, connection, events);
  const all = { path, content, source, connection, theirs, clock, lines, progress, problems };
  const owned = stack.move();
  return { ...all, to, send, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Reads until the other end closes, then hangs up, as downloaders do. */
async function receive(theirs: Deno.TcpConn): Promise<Uint8Array> {
  const all = await readAll(theirs);
  theirs.close();
  return all;
}

Deno.test("transfer: a header and the file, whatever its size, and progress that adds up", async () => {
  for (const size of [0, 1, 1024, 128 * 1024, 300_001]) {
    await using transfer = await transferOf(size);
    const { content, theirs, progress, lines, to } = transfer;
    const [received] = await Promise.all([receive(theirs), transfer.send()]);
    const header = new DataView(received.buffer, received.byteOffset, HEADER);
    assertEquals(header.getBigUint64(0, true), BigInt(size));
    assertEquals(header.getBigUint64(8, true), 8n);
    const checksum = new TextDecoder().decode(received.subarray(16, HEADER));
    assertEquals(checksum, classicSum(content));
    assertEquals(new Uint8Array(received.subarray(HEADER)), content);
    assertEquals(progress[0], [to, 0, 0]);
    let sum = 0;
    for (const [who, sent, added] of progress) assertEquals([who, sent], [to, sum += added]);
    assertEquals(sum, size);
    assertEquals(lines, [
      `info started, ${size} bytes`,
      `info complete, ${size} bytes in 0.0 s`,
    ]);
  }
});

Deno.test("transfer: the log tells how far it is every 5 s, and how long it took", async () => {
  const clock = { advance: (_: number) => {} };
  await using transfer = await transferOf(10 * 128 * 1024, (sent) => {
    if (sent > 0) clock.advance(2_500);
  });
  clock.advance = (ms) => transfer.clock.advance(ms);
  await Promise.all([receive(transfer.theirs), transfer.send()]);
  assertEquals(transfer.lines, [
    "info started, 1310720 bytes",
    "info 20 %, 262144 of 1310720 bytes",
    "info 40 %, 524288 of 1310720 bytes",
    "info 60 %, 786432 of 1310720 bytes",
    "info 80 %, 1048576 of 1310720 bytes",
    "info 100 %, 1310720 of 1310720 bytes",
    "info complete, 1310720 bytes in 25.0 s",
  ]);
});

Deno.test("transfer: a file that was changed before is not begun, and the share is told", async () => {
  await using transfer = await transferOf(300_001);
  const { path, theirs, lines, problems, connection } = transfer;
  await Deno.truncate(path, 1000);
  const error = await assertRejects(transfer.send, DiskError);
  assertEquals(error.code, "changed");
  assertEquals(problems, [`"${path}" shrank since it was registered`]);
  assertEquals(
    lines.at(-1),
    `error ended after 0 of 300001 bytes, 0.0 s: ${problems[0]}; share it again`,
  );
  connection.close();
  assertEquals((await readAll(theirs)).length, 0);
});

Deno.test("transfer: a file that is changed meanwhile is never sent whole", async () => {
  const size = 1_500_000;
  const file = { path: "" };
  let changed = false;
  await using transfer = await transferOf(size, (sent) => {
    if (sent === 0 || changed) return;
    changed = true;
    Deno.writeFileSync(file.path, new Uint8Array(1), { append: true });
  });
  file.path = transfer.path;
  const received = readAll(transfer.theirs);
  assertEquals((await assertRejects(transfer.send, DiskError)).code, "changed");
  transfer.connection.close();
  const length = (await received).length - HEADER;
  assert(length > 0 && length < size, `${length} bytes`);
  assertEquals(transfer.problems, [`"${transfer.path}" grew since it was registered`]);
  const sent = transfer.progress.at(-1)![1];
  assertEquals(sent, length, "what was told is what was sent");
  assertMatch(transfer.lines.at(-1)!, new RegExp(`^error ended after ${sent} of ${size} bytes`));
});

Deno.test("transfer: a downloader that goes away is no fault of the file", async () => {
  await using transfer = await transferOf(20_000_000);
  const { theirs, lines, problems } = transfer;
  const ended = assertRejects(transfer.send, NetError);
  await theirs.read(new Uint8Array(HEADER));
  theirs.close();
  assertEquals((await ended).code, "reset");
  assertEquals(problems, []);
  assertMatch(
    lines.at(-1)!,
    /^warn ended after \d+ of 20000000 bytes, 0\.0 s: the connection broke/,
  );
});

Deno.test("transfer: a downloader that takes nothing is given up after 2 minutes", async () => {
  await using transfer = await transferOf(1_000_000);
  using timers = new HandTimers();
  const ended = assertRejects(transfer.send, NetError);
  const header = await timers.find(({ ms }) => ms === 120_000);
  (await timers.find((timer) => timer !== header && timer.ms === 120_000)).end();
  const error = await ended;
  assertEquals([error.code, error.message], ["timeout", "it took nothing for 120 s"]);
  assertMatch(transfer.lines.at(-1)!, /^warn ended after 0 of 1000000 bytes/);
});

Deno.test("transfer: a downloader that has everything may stay 5 s longer", async () => {
  await using transfer = await transferOf(1_000);
  using timers = new HandTimers();
  const sending = transfer.send();
  (await timers.find(({ ms }) => ms === 5_000)).end();
  await sending;
  assertEquals(transfer.lines.at(-1), "info complete, 1000 bytes in 0.0 s");
  assertEquals((await readAll(transfer.theirs)).length, HEADER + 1_000);
});
