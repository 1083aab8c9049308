import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { classicAsk, exchange, readAll } from "../support/originals.ts";
import { startTracker } from "../support/programs.ts";

const FORMAT = (verb: string) => `ERROR Invalid ${verb} command format\n`;

Deno.test("tracker: every classic request is answered to the byte", async () => {
  await using tracker = await startTracker();
  const table: [string, string][] = [
    ["GETPEERS nothing\n", "\n"],
    ["REGISTER file.bin 9000\n", "OK\n"],
    ["GETPEERS file.bin\n", "127.0.0.1:9000;\n"],
    ["REGISTER file.bin 9001\n", "OK\n"],
    ["REGISTER file.bin 9000\n", "OK\n"],
    ["GETPEERS file.bin\n", "127.0.0.1:9000;127.0.0.1:9001;\n"],
    ["REGISTER with some spaces.txt 9000\n", "OK\n"],
    ["GETPEERS with some spaces.txt\n", "127.0.0.1:9000;\n"],
    ["GETPEERS file.bin\r\n", "127.0.0.1:9000;127.0.0.1:9001;\n"],
    ["REGISTER\n", FORMAT("REGISTER")],
    ["REGISTER file.bin\n", FORMAT("REGISTER")],
    ["REGISTER file.bin port\n", FORMAT("REGISTER")],
    ["GETPEERS\n", FORMAT("GETPEERS")],
    ["HELLO\n", "ERROR Unknown command\n"],
    ["register file.bin 9000\n", "ERROR Unknown command\n"],
    ["\n", "ERROR Unknown command\n"],
  ];
  for (const [request, reply] of table) {
    assertEquals(await classicAsk(tracker.port, request), reply, request);
  }
});

Deno.test("tracker: what must not be registered is refused with a reason", async () => {
  await using tracker = await startTracker();
  const table: [string, RegExp][] = [
    ["REGISTER file 0\n", /^ERROR A port must be 1 to 65535\n$/],
    ["REGISTER file 65536\n", /^ERROR A port must be 1 to 65535\n$/],
    ["REGISTER file -1\n", /^ERROR A port must be 1 to 65535\n$/],
    ["REGISTER a/b 9000\n", /^ERROR The name has a path separator\n$/],
    ["REGISTER a\\b 9000\n", /^ERROR The name has a path separator\n$/],
    ["REGISTER .. 9000\n", /^ERROR The name is a folder, not a file\n$/],
    ["REGISTER a\x1b[31m 9000\n", /^ERROR The name has control characters\n$/],
    [`REGISTER ${"n".repeat(256)} 9000\n`, /^ERROR The name is over 255 bytes\n$/],
    [`GETPEERS ${"ü".repeat(128)}\n`, /^ERROR The name is over 255 bytes\n$/],
    ["x".repeat(4096) + "\n", /^ERROR A line is at most 4096 bytes\n$/],
  ];
  for (const [request, reply] of table) {
    assertMatch(await exchange(tracker.port, [request]), reply, request);
  }
  assertEquals(await exchange(tracker.port, [`GETPEERS ${"n".repeat(255)}\n`]), "\n");
});

Deno.test("tracker: requests may be cut anywhere, or come many at once", async () => {
  await using tracker = await startTracker();
  const request = "REGISTER cut here.bin 9000\n";
  for (let at = 1; at < request.length; at++) {
    const parts = [request.slice(0, at), request.slice(at)];
    assertEquals(await exchange(tracker.port, parts), "OK\n", `cut at ${at}`);
  }
  const many = "REGISTER m 9000\nHELLO\nREGISTER m 9001\nGETPEERS m\n";
  const replies = "OK\nERROR Unknown command\nOK\n127.0.0.1:9000;127.0.0.1:9001;\n";
  assertEquals(await exchange(tracker.port, [many]), replies);
});

Deno.test("tracker: an answer stays within 4,095 bytes and holds the latest registration", async () => {
  await using tracker = await startTracker();
  let latest = "";
  for (let port = 10_000; port < 10_500; port += 50) {
    const ports = Array.from({ length: 50 }, (_, n) => port + n);
    await exchange(tracker.port, [ports.map((one) => `REGISTER big ${one}\n`).join("")]);
    latest = await exchange(tracker.port, ["GETPEERS big\n"]);
    assert(latest.includes(`:${port + 49};`), "the latest registration is in the answer");
    assert(latest.length <= 4095, `${latest.length} bytes`);
    assertMatch(latest, /^(127\.0\.0\.1:\d{5};)+\n$/);
  }
  assertEquals(latest.length, 4081); // 255 whole entries of 16 bytes, and the end
});

Deno.test("tracker: the 65th connection of one address is turned away, others are served", async () => {
  await using tracker = await startTracker();
  const held: Deno.TcpConn[] = [];
  try {
    for (let n = 0; n < 64; n++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
      await conn.write(new TextEncoder().encode("GETP"));
      held.push(conn);
    }
    const next = await Deno.connect({ hostname: "127.0.0.1", port: tracker.port });
    const said = new TextDecoder().decode(await readAll(next));
    next.close();
    assertMatch(said, /^ERROR Too many connections from your address/);
    await held[0]!.write(new TextEncoder().encode("EERS x\n"));
    assertEquals(new TextDecoder().decode(await readAll(held[0]!)), "\n");
  } finally {
    for (const conn of held) conn.close();
  }
});

Deno.test("tracker: 1,000 clients at once are all answered", async () => {
  await using tracker = await startTracker("--max-connections-per-address", "2000");
  const conns: Deno.TcpConn[] = [];
  try {
    for (let n = 0; n < 1000; n++) {
      conns.push(await Deno.connect({ hostname: "127.0.0.1", port: tracker.port }));
    }
    const replies = await Promise.all(conns.map(async (conn, n) => {
      await conn.write(new TextEncoder().encode(`REGISTER crowd-${n % 10} ${2000 + n}\n`));
      return new TextDecoder().decode(await readAll(conn));
    }));
    assertEquals(new Set(replies), new Set(["OK\n"]));
  } finally {
    for (const conn of conns) conn.close();
  }
  const all = await classicAsk(tracker.port, "GETPEERS crowd-3\n");
  assertEquals(all.split(";").length - 1, 100);
});

Deno.test("tracker: a registration leaves after --classic-ttl", async () => {
  await using tracker = await startTracker("--classic-ttl", "1s");
  assertEquals(await classicAsk(tracker.port, "REGISTER brief 9000\n"), "OK\n");
  for (;;) {
    const reply = await classicAsk(tracker.port, "GETPEERS brief\n");
    if (reply === "\n") break;
    assertEquals(reply, "127.0.0.1:9000;\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
