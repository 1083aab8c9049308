import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "jsr:@std/assert@1";
import { AppError } from "../../lib/app/errors.ts";
import { StandingClock, trackerHere, Watched } from "../support/in_process.ts";
import { classicAsk, exchange, readAll } from "../support/originals.ts";
import { skippable } from "../support/programs.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Everything that a tracker says until it closes; a reset ends it, too. */
async function heard(conn: Deno.TcpConn): Promise<string> {
  return new TextDecoder().decode(await readAll(conn).catch(() => new Uint8Array(0)));
}

Deno.test("loopback tracker: any cut of a request gives the same answer", async () => {
  await using tracker = await trackerHere();
  await classicAsk(tracker.port, "REGISTER a b 9000\n");
  for (
    const [request, reply] of [["GETPEERS a b\n", "127.0.0.1:9000;\n"], [
      "PING\n",
      "ERROR Unknown command\n",
    ]]
  ) {
    for (let at = 1; at < request!.length; at++) {
      const parts = [request!.slice(0, at), request!.slice(at)];
      assertEquals(await exchange(tracker.port, parts), reply, `cut at ${at}`);
    }
  }
});

Deno.test("loopback tracker: a request without its line end is answered when the client is done", async () => {
  await using tracker = await trackerHere();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
  await conn.write(encode("GETPEERS nothing"));
  await conn.closeWrite();
  assertEquals(await heard(conn), "\n");
});

Deno.test("loopback tracker: a port that is taken is a bind error", async () => {
  await using tracker = await trackerHere();
  const error = await assertRejects(() => trackerHere({ port: tracker.port }), AppError);
  assertEquals(error.code, "bind");
  assertMatch(error.message, /in use.*--port/);
});

/** Why nothing can be tried over IPv6. */
function noIpv6(): string | undefined {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
  } catch {
    return "this machine has no IPv6";
  }
}

skippable("loopback tracker: all addresses means IPv4 and IPv6", noIpv6(), async () => {
  await using tracker = await trackerHere({ host: undefined });
  assertEquals(await exchange(tracker.port, ["REGISTER six 9000\n"]), "OK\n");
  assertEquals(await exchange(tracker.port, ["REGISTER six 9001\n"], "::1"), "OK\n");
  const both = "127.0.0.1:9000;[::1]:9001;\n";
  assertEquals(await exchange(tracker.port, ["GETPEERS six\n"], "::1"), both);
  const four = await classicAsk(tracker.port, "GETPEERS six\n");
  assertEquals(four, "127.0.0.1:9000;\n", "the original could not read the other one");
});

Deno.test("loopback tracker: who dribbles is closed when a line's time is over", async () => {
  const clock = new StandingClock();
  await using tracker = await trackerHere({}, new Watched({ clock }));
  using slow = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
  await slow.write(encode("GETP"));
  while (tracker.snapshot().connections < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await classicAsk(tracker.port, "GETPEERS x\n"); // by now the first bytes have been read
  clock.advance(30_000);
  await slow.write(encode("E"));
  assertEquals(await heard(slow), "");
  assertEquals(await classicAsk(tracker.port, "GETPEERS x\n"), "\n", "others are served");
});

Deno.test("loopback tracker: a registration leaves after its time, unless it is renewed", async () => {
  const clock = new StandingClock();
  await using tracker = await trackerHere({ classicTtlMs: 1_000 }, new Watched({ clock }));
  await classicAsk(tracker.port, "REGISTER x 9000\nREGISTER x 9001\n");
  clock.advance(900);
  await classicAsk(tracker.port, "REGISTER x 9001\n");
  assertEquals(await classicAsk(tracker.port, "GETPEERS x\n"), "127.0.0.1:9000;127.0.0.1:9001;\n");
  clock.advance(100);
  assertEquals(await classicAsk(tracker.port, "GETPEERS x\n"), "127.0.0.1:9001;\n");
  clock.advance(900);
  assertEquals(await classicAsk(tracker.port, "GETPEERS x\n"), "\n");
});

Deno.test("loopback tracker: past --max-connections the newest is turned away with a reason", async () => {
  await using tracker = await trackerHere({ maxConnections: 3 });
  const held: Deno.TcpConn[] = [];
  for (let n = 0; n < 3; n++) {
    held.push(await Deno.connect({ hostname: "127.0.0.1", port: tracker.port }));
  }
  assertMatch(await exchange(tracker.port, ["GETPEERS x\n"]), /^ERROR .*no room.*\n$/);
  for (const conn of held) {
    await conn.write(encode("GETPEERS x\n"));
    assertEquals(await heard(conn), "\n");
    conn.close();
  }
});

Deno.test("loopback tracker: a stop lets a begun request finish and closes the others", async () => {
  const tracker = await trackerHere();
  const idle = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
  const begun = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
  await begun.write(encode("GETPEERS"));
  while (tracker.snapshot().connections < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await classicAsk(tracker.port, "GETPEERS x\n"); // by now the first bytes have been read
  const stopped = tracker.stop(30_000);
  assertEquals(await heard(idle), "");
  await begun.write(encode(" x\n"));
  assertEquals(await heard(begun), "\n");
  idle.close();
  begun.close();
  await stopped;
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port: tracker.port }));
});

Deno.test("loopback tracker: extended lines share one connection, and the registry with classic ones", async () => {
  await using tracker = await trackerHere();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
  const buffer = new Uint8Array(65_536);
  const asks = async (...lines: string[]) => {
    await conn.write(encode(lines.join("")));
    let text = "";
    while (text.split("\n").length <= lines.length) {
      const count = await conn.read(buffer);
      assert(count !== null, `closed after ${text}`);
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    return text.trimEnd().split("\n");
  };
  const told = {
    v2: "22".repeat(32),
    name: "two words",
    size: 10,
    port: 9000,
    peer_id: "aa".repeat(20),
    left: 0,
    uploaded: 0,
    downloaded: 0,
    classic: true,
  };
  const announce = (changes = {}) => `ANNOUNCE ${JSON.stringify({ ...told, ...changes })}\n`;
  const [first] = await asks(announce());
  assertEquals(JSON.parse(first!.slice(3)), { interval: 120, seeders: 1, leechers: 0, peers: [] });
  const both = await asks(
    announce({ port: 9001, left: 5, classic: false }),
    'FIND {"name":"two words"}\n',
  );
  assertEquals(JSON.parse(both[0]!.slice(3)).peers, [{
    host: "127.0.0.1",
    port: 9000,
    seed: true,
  }]);
  const { shares, classic } = JSON.parse(both[1]!.slice(3));
  assertEquals(shares, [
    { name: "two words", size: 10, v2: told.v2, seeders: 1, leechers: 1, age: 0 },
  ]);
  assertEquals(classic, []);
  assertEquals(await classicAsk(tracker.port, "GETPEERS two words\n"), "127.0.0.1:9000;\n");
  await classicAsk(tracker.port, "REGISTER two words 7000\n");
  const [found] = await asks('FIND {"name":"two words"}\n');
  assertEquals(JSON.parse(found!.slice(3)).classic, [{ host: "127.0.0.1", port: 7000 }]);
  assertEquals(await asks('FIND {"name":5}\n'), [
    "ERROR bad_request Cannot use name, prefix or hash: it is no text",
  ]);
  await asks(announce({ event: "stopped" }));
  assertEquals(await classicAsk(tracker.port, "GETPEERS two words\n"), "127.0.0.1:7000;\n");
  const long = `FIND ${JSON.stringify({ name: "x".repeat(8_200) })}\n`;
  await conn.write(encode(long));
  assertStringIncludes(
    await heard(conn),
    "ERROR A line is at most 8192 bytes",
  );
});
