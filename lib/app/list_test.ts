import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { Watched } from "../../tests/support/in_process.ts";
import { deadPort, StandIn } from "../../tests/support/originals.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { AppError } from "./errors.ts";
import { checkName, listPeers } from "./list.ts";
import type { HostPort } from "./types.ts";

/** A tracker that answers every question with the same line. */
function answering(line: string): StandIn & { readonly at: HostPort } {
  const tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    const bytes = new TextEncoder().encode(line + "\n");
    for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
  });
  return Object.assign(tracker, { at: { host: "127.0.0.1", port: tracker.port } });
}

/** Makes every connection to the address reach this machine, and look as if it were there. */
function reachedAt(host: string): Disposable {
  const { connect } = Deno;
  const fake = async ({ hostname, port }: Deno.ConnectOptions) => {
    const conn = await connect({ hostname: "127.0.0.1", port });
    if (hostname !== host) return conn;
    return {
      remoteAddr: { ...conn.remoteAddr, hostname },
      setNoDelay: () => conn.setNoDelay(),
      read: (buffer: Uint8Array) => conn.read(buffer),
      write: (bytes: Uint8Array) => conn.write(bytes),
      closeWrite: () => conn.closeWrite(),
      close: () => conn.close(),
    };
  };
  return replaced(Deno, "connect", fake as unknown as typeof Deno.connect);
}

/** Lists, with peers as text. */
async function list(trackers: readonly HostPort[], context = new Watched()) {
  const { peers, ...others } = await listPeers({ name: "file", trackers }, context);
  return { peers: peers.map(({ host, port }) => `${host}:${port}`), ...others };
}

Deno.test("list: the latest registration comes first, every peer once", async () => {
  await using tracker = answering(
    "192.0.2.1:1;192.0.2.2:2;192.0.2.1:1;[2001:db8::1]:3;[2001:DB8::1]:3;[::ffff:192.0.2.2]:2;",
  );
  const { name, peers, leftOut, trackers } = await list([tracker.at]);
  assertEquals(peers, ["192.0.2.2:2", "2001:db8::1:3", "192.0.2.1:1"]);
  assertEquals([name, leftOut], ["file", []]);
  assertEquals(trackers, [{ address: `127.0.0.1:${tracker.port}` }]);
});

Deno.test("list: near peers come before far ones, whatever the tracker's order", async () => {
  await using tracker = answering(
    "127.0.0.1:1;192.168.1.1:2;192.0.2.1:3;169.254.1.1:4;127.0.0.2:5;10.0.0.1:6;",
  );
  assertEquals((await list([tracker.at])).peers, [
    "127.0.0.2:5",
    "127.0.0.1:1",
    "169.254.1.1:4",
    "10.0.0.1:6",
    "192.168.1.1:2",
    "192.0.2.1:3",
  ]);
});

Deno.test("list: several trackers' peers are one list, in the trackers' order", async () => {
  await using one = answering("192.0.2.1:1;192.0.2.2:2;");
  await using two = answering("192.0.2.3:3;192.0.2.2:2;192.0.2.4:4;");
  await using empty = answering("");
  const { peers, trackers } = await list([one.at, empty.at, two.at]);
  assertEquals(peers, ["192.0.2.2:2", "192.0.2.1:1", "192.0.2.4:4", "192.0.2.3:3"]);
  assertEquals(
    trackers,
    [one, empty, two].map(({ port }) => ({ address: `127.0.0.1:${port}` })),
  );
});

Deno.test("list: a tracker that is down is told of, and the others count", async () => {
  await using tracker = answering("192.0.2.1:1;");
  await using refusing = answering("ERROR not today");
  const dead = { host: "127.0.0.1", port: deadPort() };
  const context = new Watched();
  const { peers, trackers } = await list([dead, tracker.at, refusing.at], context);
  assertEquals(peers, ["192.0.2.1:1"]);
  assertEquals(trackers.map(({ address }) => address), [
    `127.0.0.1:${dead.port}`,
    `127.0.0.1:${tracker.port}`,
    `127.0.0.1:${refusing.port}`,
  ]);
  const [down, fine, refused] = trackers.map(({ error }) => error);
  assertMatch(down!, /cannot be used/);
  assertEquals(fine, undefined);
  assertMatch(refused!, /not today/);
  assertEquals(context.lines, [`warn ${down}`, `warn ${refused}`]);
});

Deno.test("list: when every tracker fails, the first one's error is the error", async () => {
  await using refusing = answering("ERROR not today");
  const dead = { host: "127.0.0.1", port: deadPort() };
  for (
    const [trackers, code] of [
      [[dead, refusing.at], "tracker_connect"],
      [[refusing.at, dead], "protocol"],
    ] as const
  ) {
    const error = await assertRejects(() => list(trackers), AppError);
    assertEquals(error.code, code);
  }
  assertEquals((await list([])).peers, [], "no tracker is no failure");
});

Deno.test("list: what cannot be reached from here is left out, with the reason", async () => {
  const all = "127.0.0.1:1;10.0.0.1:2;169.254.1.1:3;192.0.2.1:4;[fe80::1]:5;[fd00::1]:6;";
  const none =
    "0.0.0.0:1;224.0.0.1:1;255.255.255.255:1;[::]:1;[ff02::1]:1;999.1.1.1:1;012.0.0.1:1;";
  await using tracker = answering(all + none);
  const kinds: [string, string[], RegExp[]][] = [
    ["127.0.0.1", ["127", "fe80", "169", "fd00", "10.", "192"], []],
    ["192.168.1.1", ["fe80", "169", "fd00", "10.", "192"], [/^127.*through loopback/]],
    ["192.0.2.9", ["192"], [
      /^127.*through loopback/,
      /^10\..*private address/,
      /^169.*private address/,
      /^\[fe80.*private address/,
      /^\[fd00.*private address/,
    ]],
  ];
  for (const [host, kept, away] of kinds) {
    using _place = reachedAt(host);
    const { peers, leftOut } = await list([{ host, port: tracker.port }]);
    assertEquals(peers.map((peer) => kept.find((one) => peer.startsWith(one))), kept, host);
    const texts = leftOut.map(({ address, reason }) => `${address} ${reason}`);
    for (const pattern of away) assert(texts.some((text) => pattern.test(text)), `${pattern}`);
    const never = texts.filter((text) => /is not an address that a peer can have$/.test(text));
    assertEquals(never.length, none.split(";").length - 1, texts.join("\n"));
    assertEquals(texts.length, away.length + never.length, texts.join("\n"));
  }
});

Deno.test("list: one tracker's word is enough for a peer that another one may not send us to", async () => {
  await using near = answering("10.0.0.1:1;");
  await using far = answering("10.0.0.1:1;10.0.0.2:2;");
  using _place = reachedAt("192.0.2.9");
  const { peers, leftOut } = await list([{ host: "192.0.2.9", port: far.port }, near.at]);
  assertEquals(peers, ["10.0.0.1:1"]);
  assertEquals(leftOut.map(({ address }) => address), ["10.0.0.2:2"]);
});

Deno.test("list: of very many peers, so many are kept", async () => {
  const many = (net: number, count: number) =>
    Array.from({ length: count }, (_, n) => `192.0.${net}.${n % 250}:${n + 1};`).join("");
  await using one = answering(many(2, 2_000));
  await using two = answering(many(3, 2_000));
  const { peers } = await list([one.at, two.at]);
  assertEquals(peers.length, 3_000);
  assertEquals(peers.filter((peer) => peer.startsWith("192.0.2.")).length, 2_000);
});

Deno.test("list: an interruption ends it", async () => {
  const controller = new AbortController();
  await using tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    controller.abort();
    await conn.read(new Uint8Array(1));
  });
  const at = { host: "127.0.0.1", port: tracker.port };
  const context = new Watched({ signal: controller.signal });
  const error = await assertRejects(() => list([at, at], context), AppError);
  assertEquals([error.code, error.message], ["interrupted", "Interrupted. Nothing was changed."]);
  assertEquals(context.lines, [], "and no tracker is blamed for it");
});

Deno.test("list: a name is asked for in one form, and an impossible one not at all", async () => {
  const table: [string, string][] = [
    ["file", "file"],
    ["  two words\t", "two words"],
    ["u\u0308ber", "\u00fcber"],
    ["n".repeat(255), "n".repeat(255)],
  ];
  for (const [name, asked] of table) assertEquals(checkName(name), asked);
  const bad: [string, string][] = [
    ["", "is empty"],
    ["   ", "is empty"],
    ["n".repeat(256), "is over 255 bytes"],
    ["a\nb", "has control characters"],
    ["a/b", "has a path separator"],
    ["..", "is a folder, not a file"],
  ];
  for (const [name, problem] of bad) {
    const error = assertThrows(
      () => checkName(name),
      AppError,
      `The name of the share ${problem}.`,
    );
    assertEquals(error.code, "invalid_input");
    const listing = () => listPeers({ name, trackers: [] }, new Watched());
    assertEquals((await assertRejects(listing, AppError)).code, "invalid_input");
  }
});
