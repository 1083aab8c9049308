import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "jsr:@std/assert@1";
import { readAll } from "../../tests/support/originals.ts";
import { bytesOf } from "../../tests/support/programs.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";

/** Longer than any test: a wait that may not end by its time. */
const LONG_MS = 600_000;

/** More than the system's buffers between two ends of a connection hold. */
const MUCH = bytesOf(64_000_000);

/** A connection of ours and its other end. */
async function pair(signal?: AbortSignal) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [theirs, conn] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  theirs.setNoDelay(true);
  const ours = new Connection(conn, signal);
  return {
    ours,
    theirs,
    [Symbol.dispose]() {
      ours.close();
      try {
        theirs.close();
      } catch {
        // The test has closed it.
      }
    },
  };
}

/** Fails unless it ends with a NetError of the code. */
async function fails(code: string, waiting: Promise<unknown>): Promise<NetError> {
  const error = await assertRejects(() => waiting, NetError);
  assertEquals(error.code, code, error.message);
  assertEquals(error.fault, code === "aborted" ? "local" : "remote");
  return error;
}

/** Fills the connection until a write has to wait, and hands that write out. */
function waitingWrite(connection: Connection): Promise<void> {
  return connection.write(MUCH, LONG_MS);
}

Deno.test("connection: what one end writes the other one reads, until the end", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  const content = bytesOf(3_000_000);
  const received = readAll(theirs);
  await ours.write(content, LONG_MS);
  await theirs.write(new Uint8Array([1, 2, 3]));
  const buffer = new Uint8Array(2);
  assertEquals(await ours.read(buffer, LONG_MS), 2);
  assertEquals(buffer, new Uint8Array([1, 2]));
  assertEquals(await ours.read(buffer, LONG_MS), 1);
  await theirs.closeWrite();
  assertEquals(await ours.read(buffer, LONG_MS), null);
  assertEquals(await ours.read(buffer, LONG_MS), null, "and again");
  ours.close();
  assertEquals(await received, content);
});

Deno.test("connection: it says who is at the other end", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  assertEquals([ours.remoteHost, ours.remotePort], ["127.0.0.1", theirs.localAddr.port]);
  ours.close();
  assertEquals(ours.remotePort, theirs.localAddr.port, "also when it is closed");
});

Deno.test("connection: a read that takes too long closes it, and says so ever after", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  const error = await fails("timeout", ours.read(new Uint8Array(1), 20));
  assertEquals(error.message, "it sent nothing for 1 s");
  assertStrictEquals(await fails("timeout", ours.read(new Uint8Array(1), LONG_MS)), error);
  assertStrictEquals(await fails("timeout", ours.write(new Uint8Array(1), LONG_MS)), error);
  assertEquals((await readAll(theirs)).length, 0, "the other end sees it closed");
});

Deno.test("connection: a write that nobody takes closes it", async () => {
  using both = await pair();
  const { ours } = both;
  const error = await fails("timeout", ours.write(MUCH, 50));
  assertEquals(error.message, "it took nothing for 1 s");
  assertStrictEquals(await fails("timeout", ours.read(new Uint8Array(1), LONG_MS)), error);
});

Deno.test("connection: a write's time begins anew with every part that is taken", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  using timers = new HandTimers();
  const writing = ours.write(MUCH, 1234);
  const seen = new Set<unknown>();
  const buffer = new Uint8Array(1 << 20);
  for (let left = MUCH.length; left > 0;) {
    for (const timer of timers.pending) if (timer.ms === 1234) seen.add(timer);
    left -= await theirs.read(buffer) ?? left;
  }
  await writing;
  assert(seen.size > 1, `${seen.size} timers for one write`);
  assertEquals(timers.pending, [], "and none is left");
});

Deno.test("connection: what arrives in time stops the time", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  using timers = new HandTimers();
  const reading = ours.read(new Uint8Array(1), 60_000);
  await timers.find(({ ms }) => ms === 60_000);
  await theirs.write(new Uint8Array(1));
  assertEquals(await reading, 1);
  assertEquals(timers.pending, []);
  const late = ours.read(new Uint8Array(1), 60_000);
  const failing = fails("timeout", late);
  (await timers.find(({ ms }) => ms === 60_000)).end();
  assertEquals((await failing).message, "it sent nothing for 60 s");
});

Deno.test("connection: closing it ends a read and a write that wait", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  const reading = fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
  const writing = fails("aborted", waitingWrite(ours));
  ours.close();
  assertEquals((await reading).message, "the connection was closed");
  assertStrictEquals(await writing, await reading);
  await readAll(theirs).catch(() => {}); // the other end sees the end of it, or a reset
  ours.close();
});

Deno.test("connection: its signal ends a read and a write that wait", async () => {
  const controller = new AbortController();
  using both = await pair(controller.signal);
  const { ours, theirs } = both;
  const reading = fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
  const writing = fails("aborted", waitingWrite(ours));
  controller.abort();
  assertEquals((await reading).message, "the connection was given up");
  assertStrictEquals(await writing, await reading);
  await fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
  await readAll(theirs).catch(() => {});
});

Deno.test("connection: with a signal that was aborted before, it is closed from the start", async () => {
  using both = await pair(AbortSignal.abort());
  const { ours, theirs } = both;
  await fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
  await fails("aborted", ours.write(new Uint8Array(1), LONG_MS));
  assertEquals((await readAll(theirs)).length, 0);
});

Deno.test("connection: when it is closed, its signal is left alone", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  for (let n = 0; n < 3; n++) {
    using both = await pair(signal);
    assertEquals(listeners, 1);
    both.ours.close();
    assertEquals(listeners, 0);
  }
});

Deno.test("connection: writing to an end that is gone is told with its reason", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  theirs.close();
  const writing = (async () => {
    for (;;) await ours.write(new Uint8Array(1000), LONG_MS);
  })();
  const error = await fails("reset", writing);
  assertStringIncludes(error.message, "the connection broke (");
  assert(error.cause instanceof Error);
  await fails("aborted", ours.read(new Uint8Array(1), LONG_MS)); // it is closed from then on
});

Deno.test("connection: the last words arrive although the other end had more to say", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  await theirs.write(new Uint8Array(100_000));
  await ours.write(new TextEncoder().encode("ERROR go away\n"), LONG_MS);
  const finished = ours.finish(LONG_MS);
  assertEquals(new TextDecoder().decode(await readAll(theirs)), "ERROR go away\n");
  theirs.close();
  await finished;
  await fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
});

Deno.test("connection: finishing waits so long for an end that never hangs up", async () => {
  using both = await pair();
  const { ours } = both;
  await ours.finish(30);
  await fails("timeout", ours.read(new Uint8Array(1), LONG_MS));
});

Deno.test("connection: finishing waits so long in all for one that goes on talking", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  const talking = (async () => {
    for (;;) await theirs.write(new Uint8Array(1000));
  })();
  const ended = assertRejects(() => talking); // that it ends at all is what counts
  await ours.finish(100);
  await ended;
});

Deno.test("connection: finishing after the other end has gone, or twice, is no error", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  theirs.close();
  await ours.finish(LONG_MS);
  await ours.finish(LONG_MS);
  await fails("aborted", ours.read(new Uint8Array(1), LONG_MS));
});
