import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { NetError } from "./errors.ts";
import { SweptConnection } from "./swept_connection.ts";

const LONG_MS = 600_000;

/** More than the system's buffers between two ends of a connection hold. */
const MUCH = bytesOf(64_000_000);

async function pair() {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [theirs, conn] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  const ours = new SweptConnection(conn);
  return {
    ours,
    theirs,
    [Symbol.dispose]() {
      ours.close();
      theirs.close();
    },
  };
}

async function fails(code: string, waiting: Promise<unknown>): Promise<NetError> {
  const error = await assertRejects(() => waiting, NetError) as NetError;
  assertEquals(error.code, code);
  return error;
}

Deno.test("swept connection: what comes in time needs no timer, what does not is ended by one", async () => {
  using both = await pair();
  const { ours, theirs } = both;
  using timers = new HandTimers();
  const buffer = new Uint8Array(8);
  ours.sweep(performance.now());
  const reading = ours.read(buffer, 60_000);
  await theirs.write(new Uint8Array(3));
  assertEquals(await reading, 3);
  ours.sweep(performance.now());
  assertEquals(timers.pending, []);
  const second = ours.read(buffer, 60_000);
  ours.sweep(performance.now());
  ours.sweep(performance.now());
  const [timer, ...more] = timers.pending;
  assertEquals(more, []);
  assert(timer!.ms > 59_000 && timer!.ms <= 60_000);
  await theirs.write(new Uint8Array(1));
  assertEquals(await second, 1);
  const late = fails("timeout", ours.read(buffer, 50_000));
  timer!.end(); // its wait is over
  ours.sweep(performance.now());
  timers.pending[0]!.end();
  assertEquals((await late).message, "it sent nothing for 50 s");
  assertEquals(timers.pending, []);
  await fails("timeout", ours.read(buffer, 1));
});

Deno.test("swept connection: a write that nobody takes is ended, by its time or when it is closed", async () => {
  for (const byTime of [true, false]) {
    using both = await pair();
    const { ours } = both;
    using timers = new HandTimers();
    const writing = fails(byTime ? "timeout" : "aborted", ours.write(MUCH, LONG_MS));
    if (byTime) {
      ours.sweep(performance.now());
      timers.pending[0]!.end();
      assertEquals((await writing).message, "it took nothing for 600 s");
    } else {
      ours.close();
      await writing;
    }
  }
});

Deno.test("swept connection: closing it ends a read; a reset is told; it finishes when the other end does", async () => {
  using both = await pair();
  const reading = fails("aborted", both.ours.read(new Uint8Array(1), LONG_MS));
  both.ours.close();
  await reading;
  using other = await pair();
  await other.theirs.closeWrite();
  await other.ours.finish(LONG_MS);
  await fails("aborted", other.ours.read(new Uint8Array(1), LONG_MS));
});
