import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { trackerHere } from "../support/in_process.ts";
import { exchange, readAll } from "../support/originals.ts";
import { skippable } from "../support/programs.ts";
import { HandTimers } from "../support/stand_ins.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A client of the tracker that has said nothing yet. */
function client(port: number, hostname = "127.0.0.1"): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname, port });
}

/** Whether timers of about so many milliseconds are meant: some of it may have passed already. */
const about = (wanted: number) => ({ ms }: { ms: number }) => ms > wanted - 1_000 && ms <= wanted;

Deno.test("tracker limits: a client that stays silent is closed after 30 s, others are served", async () => {
  await using tracker = await trackerHere();
  using timers = new HandTimers();
  using silent = await client(tracker.port);
  const timer = await timers.find(about(30_000));
  assertEquals(await exchange(tracker.port, ["GETPEERS x\n"]), "\n");
  assert(timers.pending.includes(timer), "its time still runs");
  timer.end();
  assertEquals(decode(await readAll(silent)), "");
});

Deno.test("tracker limits: after an extended answer a client may be silent for 30 s again", async () => {
  await using tracker = await trackerHere();
  using timers = new HandTimers();
  using conn = await client(tracker.port);
  const first = await timers.find(about(30_000));
  await conn.write(encode('FIND {"name":"x"}\n'));
  assertMatch(decode(await oneLine(conn)), /^OK \{/);
  first.end(); // its time no longer counts
  await conn.write(encode('FIND {"name":"y"}\n'));
  assertMatch(decode(await oneLine(conn)), /^OK \{/);
  const last = await timers.find((timer) => timer !== first && about(30_000)(timer));
  last.end();
  assertEquals(decode(await readAll(conn)), "");
});

Deno.test("tracker limits: an extended line that has begun has 5 s to arrive", async () => {
  await using tracker = await trackerHere();
  using timers = new HandTimers();
  using conn = await client(tracker.port);
  await conn.write(encode('FIND {"na'));
  (await timers.find(about(5_000))).end();
  assertEquals(decode(await readAll(conn)), "");
});

/** Reads up to a line's end. */
async function oneLine(conn: Deno.TcpConn): Promise<Uint8Array> {
  const buffer = new Uint8Array(65_536);
  for (let length = 0;;) {
    length += await conn.read(buffer.subarray(length)) ?? fail();
    if (buffer[length - 1] === 10) return buffer.subarray(0, length);
  }
}

function fail(): never {
  throw new Error("the tracker closed the connection");
}

/** Why nothing can be tried over IPv6. */
function noIpv6(): string | undefined {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
  } catch {
    return "this machine has no IPv6";
  }
}

skippable("tracker limits: each address has its own room, and gets it back", noIpv6(), async () => {
  await using tracker = await trackerHere({ host: undefined, maxConnectionsPerAddress: 2 });
  const { port } = tracker;
  for (const [full, other] of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]] as const) {
    using one = await client(port, full);
    using two = await client(port, full);
    assertMatch(
      await exchange(port, ["GETPEERS x\n"], full),
      /^ERROR Too many connections from your address.*\n$/,
    );
    assertEquals(await exchange(port, ["GETPEERS x\n"], other), "\n");
    for (const conn of [one, two]) {
      await conn.write(encode("GETPEERS x\n"));
      assertEquals(decode(await readAll(conn)), "\n");
    }
  }
  while (tracker.snapshot().connections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(await exchange(port, ["GETPEERS x\n"], "::1"), "\n");
});
