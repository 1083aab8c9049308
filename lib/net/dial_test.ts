import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { lookup } from "node:dns/promises";
import { NO_IPV6 } from "../../tests/support/no_ipv6.ts";
import { deadPort, StandIn } from "../../tests/support/originals.ts";
import { skippable } from "../../tests/support/programs.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { dial } from "./dial.ts";
import { NetError } from "./errors.ts";

const LONG = { timeoutMs: 600_000 };

/** Fails unless it ends with a NetError of the code. */
async function fails(code: string, waiting: Promise<unknown>): Promise<NetError> {
  const error = await assertRejects(() => waiting, NetError);
  assertEquals(error.code, code, error.message);
  assertEquals(error.fault, code === "aborted" ? "local" : "remote");
  return error;
}

/** Says `hello` to whoever connects. */
function greeter(): StandIn {
  return new StandIn(async (conn) => void await conn.write(new TextEncoder().encode("hello")));
}

/** Stands in for `Deno.connect`; the addresses that were dialled are noted. */
function dialling(
  dialled: string[],
  connect: (address: string) => Promise<Deno.TcpConn>,
): Disposable {
  const fake = ({ hostname = "", port }: Deno.ConnectOptions) => {
    dialled.push(`${hostname} ${port}`);
    return connect(hostname);
  };
  return replaced(Deno, "connect", fake as unknown as typeof Deno.connect);
}

const never = () => new Promise<Deno.TcpConn>(() => {});

Deno.test("dial: by address or by name", async () => {
  await using server = greeter();
  for (const host of ["127.0.0.1", "localhost"]) {
    using connection = await dial(host, server.port, LONG);
    const buffer = new Uint8Array(9);
    assertEquals(await connection.read(buffer, 600_000), 5);
    assertEquals(connection.remoteHost, "127.0.0.1");
    assertEquals(connection.remotePort, server.port);
  }
});

skippable("dial: an IPv6 address", NO_IPV6, async () => {
  using listener = Deno.listen({ hostname: "::1", port: 0 });
  const accepting = listener.accept();
  using connection = await dial("::1", listener.addr.port, LONG);
  using _theirs = await accepting;
  assertEquals(connection.remoteHost, "::1");
});

Deno.test("dial: a port where nobody listens", async () => {
  const error = await fails("connect", dial("127.0.0.1", deadPort(), LONG));
  assert(!/os error/.test(error.message), error.message);
  assert(error.cause instanceof Error);
});

Deno.test("dial: a name that is none, or has no address", async () => {
  const error = await fails("connect", dial("a b", 1, LONG));
  assertEquals(error.message, 'no host is called "a b"');
  assertEquals((await fails("connect", dial("", 1, LONG))).message, '"" has no address');
});

Deno.test("dial: one that never answers is given up when the time is over", async () => {
  const dialled: string[] = [];
  using _connect = dialling(dialled, never);
  const error = await fails("timeout", dial("192.0.2.1", 7, { timeoutMs: 20 }));
  assertEquals(error.message, "no answer within 1 s");
  assertEquals(dialled, ["192.0.2.1 7"]);
});

Deno.test("dial: a signal ends it at once, before and while it waits", async () => {
  const dialled: string[] = [];
  const controller = new AbortController();
  using _connect = dialling(dialled, () => {
    controller.abort();
    return never();
  });
  const options = { ...LONG, signal: controller.signal };
  assertEquals((await fails("aborted", dial("192.0.2.1", 7, options))).message, "given up");
  await fails("aborted", dial("192.0.2.1", 7, options));
  assertEquals(dialled, ["192.0.2.1 7"], "the second time nobody is dialled");
});

Deno.test("dial: a connection that comes too late is closed", async () => {
  const { promise: late, resolve } = Promise.withResolvers<Deno.TcpConn>();
  const controller = new AbortController();
  using _connect = dialling([], () => {
    controller.abort();
    return late;
  });
  await fails("aborted", dial("192.0.2.1", 7, { ...LONG, signal: controller.signal }));
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  resolve({ close } as unknown as Deno.TcpConn);
  await closed;
});

/** Why there is no name with an address of each kind. */
async function noSuchName(): Promise<string | undefined> {
  const found = NO_IPV6 ? [] : await lookup("localhost", { all: true });
  const families = new Set(found.map(({ family }) => family));
  return families.size === 2 ? undefined : "localhost has not both IPv4 and IPv6 here";
}

skippable(
  "dial: the addresses of a name are tried one after the other, IPv4 first",
  await noSuchName(),
  async () => {
    using listener = Deno.listen({ hostname: "::1", port: 0 });
    const { port } = listener.addr;
    const dialled: string[] = [];
    const { connect } = Deno;
    using _connect = dialling(dialled, (hostname) => connect({ hostname, port }));
    const accepting = listener.accept();
    using connection = await dial("localhost", port, LONG);
    using _theirs = await accepting;
    assertEquals(connection.remoteHost, "::1");
    assertEquals(dialled, [`127.0.0.1 ${port}`, `::1 ${port}`]);
  },
);

Deno.test("dial: the signal closes the connection later, too", async () => {
  await using server = new StandIn(async (conn) => void await conn.read(new Uint8Array(1)));
  const controller = new AbortController();
  using connection = await dial("127.0.0.1", server.port, { ...LONG, signal: controller.signal });
  const reading = fails("aborted", connection.read(new Uint8Array(1), 600_000));
  controller.abort();
  await reading;
});

Deno.test("dial: its own time ends with the handshake", async () => {
  await using server = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(1));
    await conn.write(new Uint8Array(1));
  });
  const deadline = new AbortController();
  using _timeout = replaced(AbortSignal, "timeout", () => deadline.signal);
  using connection = await dial("127.0.0.1", server.port, LONG);
  deadline.abort();
  await connection.write(new Uint8Array(1), 600_000);
  assertEquals(await connection.read(new Uint8Array(9), 600_000), 1);
});

Deno.test("dial: addresses that are not allowed are not dialled", async () => {
  await using server = greeter();
  const dialled: string[] = [];
  using _dialling = dialling(dialled, never);
  const error = await fails(
    "connect",
    dial("localhost", server.port, { ...LONG, allow: (address) => !/^127\.|^::1$/.test(address) }),
  );
  assert(/"localhost" is .*stranger/.test(error.message), error.message);
  assertEquals(dialled, []);
});
