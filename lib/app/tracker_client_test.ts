import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "jsr:@std/assert@1";
import { classicTracker, deadPort, StandIn } from "../../tests/support/originals.ts";
import { HandTimers, replaced } from "../../tests/support/stand_ins.ts";
import { MAX_EXTENDED_REPLY } from "../wire/tracker_replies.ts";
import { AppError } from "./errors.ts";
import { getPeers, register } from "./tracker_client.ts";
import type { HostPort } from "./types.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const at = ({ port }: { port: number }): HostPort => ({ host: "127.0.0.1", port });

/** A tracker that answers everybody with the same parts; `asked` holds what it was asked. */
function answering(...parts: (string | Uint8Array)[]) {
  const asked: string[] = [];
  const tracker = new StandIn(async (conn) => {
    conn.setNoDelay(true);
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer) ?? 0;
    asked.push(new TextDecoder().decode(buffer.subarray(0, count)));
    for (const part of parts) {
      const bytes = typeof part === "string" ? encode(part) : part;
      for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
    }
  });
  return Object.assign(tracker, { asked });
}

/** Fails unless it ends with an AppError of the code. @returns What it said. */
async function fails(code: string, asking: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => asking, AppError);
  assertEquals([error.code, error.fault], [code, "remote"], error.message);
  return error.message;
}

Deno.test("tracker client: what is registered is found again", async () => {
  await using tracker = classicTracker();
  assertEquals(await register(at(tracker), "file", 9000), "loopback");
  assertEquals(await register(at(tracker), "file", 9001), "loopback");
  assertEquals(await getPeers(at(tracker), "file"), {
    peers: [{ host: "127.0.0.1", port: 9000 }, { host: "127.0.0.1", port: 9001 }],
    trackerKind: "loopback",
  });
  assertEquals((await getPeers(at(tracker), "other")).peers, []);
});

Deno.test("tracker client: each request is one line, and the answer's first line counts", async () => {
  await using tracker = answering("OK\nERROR no more\n");
  await register(at(tracker), "two words", 65535);
  assertEquals(tracker.asked, ["REGISTER two words 65535\n"]);
  await using other = answering("192.0.2.1:9;\n192.0.2.2:9;\n");
  const { peers } = await getPeers(at(other), "gr\u00fc\u00dfe");
  assertEquals(peers, [{ host: "192.0.2.1", port: 9 }]);
  assertEquals(other.asked, ["GETPEERS gr\u00fc\u00dfe\n"]);
});

Deno.test("tracker client: an answer may come in parts, with any line end or none", async () => {
  for (const parts of [["O", "K", "\n"], ["OK\r\n"], ["OK"], [" OK \n"]]) {
    await using tracker = answering(...parts);
    await register(at(tracker), "file", 9000);
  }
  for (
    const parts of [["192.0.", "2.1:9;[2001", ":db8::1]:8;", "\n"], ["192.0.2.1:9;[2001:db8::1]:8"]]
  ) {
    await using tracker = answering(...parts);
    const { peers } = await getPeers(at(tracker), "file");
    assertEquals(peers, [{ host: "192.0.2.1", port: 9 }, { host: "2001:db8::1", port: 8 }]);
  }
});

Deno.test("tracker client: a refusal is told in the tracker's words, made harmless", async () => {
  await using tracker = answering("ERROR no \x1b[31mroom\n");
  const where = `127.0.0.1:${tracker.port}`;
  assertEquals(
    await fails("protocol", register(at(tracker), "file", 9000)),
    `The tracker at ${where} refused "file": no \\u{1b}[31mroom.`,
  );
  assertEquals(
    await fails("protocol", register(at(tracker), "two words", 9000)),
    `The tracker at ${where} refused "two words": no \\u{1b}[31mroom. ` +
      "An original tracker takes no names with spaces.",
  );
  assertEquals(
    await fails("protocol", getPeers(at(tracker), "fi\u202ele")),
    `The tracker at ${where} did not tell who has "fi\\u{202e}le": no \\u{1b}[31mroom.`,
  );
});

Deno.test("tracker client: what is no answer of a tracker is refused", async () => {
  const others: (string | Uint8Array)[] = [
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "SSH-2.0-OpenSSH_9.6\r\n",
    new Uint8Array([0, 255, 254, 10]),
    "ERROR\n",
    ";;;x\n",
  ];
  for (const answer of others) {
    await using tracker = answering(answer);
    await fails("protocol", register(at(tracker), "file", 9000));
    await fails("protocol", getPeers(at(tracker), "file"));
  }
  await using empty = answering("\n");
  await fails("protocol", register(at(empty), "file", 9000));
  assertEquals((await getPeers(at(empty), "file")).peers, []);
});

Deno.test("tracker client: an answer without end is not read to its end", async () => {
  await using tracker = answering(new Uint8Array(8 * MAX_EXTENDED_REPLY).fill(65));
  for (const ask of [() => register(at(tracker), "f", 9000), () => getPeers(at(tracker), "f")]) {
    const said = await fails("protocol", ask());
    assertStringIncludes(said, `a line is longer than ${MAX_EXTENDED_REPLY} bytes`);
  }
  const entry = "192.0.2.1:9000;";
  const most = entry.repeat(Math.floor((MAX_EXTENDED_REPLY - 1) / entry.length));
  await using large = answering(most + "\n");
  const { peers } = await getPeers(at(large), "f");
  assertEquals(peers.length, most.length / entry.length);
});

Deno.test("tracker client: one that cannot be reached, or hangs up, is told with what to do", async () => {
  const nobody = { host: "127.0.0.1", port: deadPort() };
  const said = await fails("tracker_connect", getPeers(nobody, "file"));
  assert(said.startsWith(`The tracker at 127.0.0.1:${nobody.port} cannot be used: `), said);
  assertStringIncludes(
    said,
    "Is it running, and is the address right? Name another with --tracker",
  );
  await using tracker = answering();
  assertStringIncludes(
    await fails("tracker_connect", register(at(tracker), "file", 9000)),
    "it hung up without an answer",
  );
});

Deno.test("tracker client: a silent tracker is given up after 30 s, a dribbling one after as much", async () => {
  const { promise: dribbled, resolve: dribble } = Promise.withResolvers<void>();
  await using tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    await dribbled;
    await conn.write(encode("O"));
    await conn.read(new Uint8Array(1));
  });
  let now = 0;
  using _now = replaced(performance, "now", () => now);
  using timers = new HandTimers();
  const silent = fails("tracker_connect", getPeers(at(tracker), "file"));
  const writing = await timers.find(({ ms }) => ms === 30_000); // as much for the request
  (await timers.find((timer) => timer.ms === 30_000 && timer !== writing)).end();
  assertStringIncludes(await silent, "it sent nothing for 30 s");

  const dribbling = fails("tracker_connect", getPeers(at(tracker), "file"));
  const request = await timers.find(({ ms }) => ms === 30_000);
  await timers.find((timer) => timer.ms === 30_000 && timer !== request);
  now += 29_000;
  dribble();
  (await timers.find(({ ms }) => ms === 1_000)).end();
  assertStringIncludes(await dribbling, "it sent nothing for 1 s");
});

Deno.test("tracker client: the signal's reason ends it, before and while it waits", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    controller.abort(reason);
    await conn.read(new Uint8Array(1));
  });
  const { signal } = controller;
  assertStrictEquals(await assertRejects(() => getPeers(at(tracker), "file", signal)), reason);
  assertStrictEquals(await assertRejects(() => register(at(tracker), "file", 1, signal)), reason);
  assertEquals(tracker.connections, 1, "the second time nobody is dialled");
});
