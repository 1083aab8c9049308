import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { skippable } from "../../tests/support/programs.ts";
import { TLS } from "../../tests/support/tls.ts";
import { OTHER_TLS } from "../../tests/support/other_tls.ts";
import type { ByteConn } from "./byte_conn.ts";
import { NetError } from "./errors.ts";
import type { TlsConnection } from "./tls_connection.ts";
import { TlsFront } from "./tls_front.ts";

const PATIENCE_MS = 60_000;

/** A port whose connections are handed to a TLS front. */
class Port implements Disposable {
  readonly front: TlsFront;
  readonly failures: unknown[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  constructor(maxHandshakes?: number) {
    this.front = new TlsFront(TLS, maxHandshakes);
  }

  get number(): number {
    return this.#listener.addr.port;
  }

  async next(): Promise<TlsConnection> {
    const conn = await this.#listener.accept();
    return this.front.accept(conn, (error) => this.failures.push(error));
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    this.front[Symbol.dispose]();
  }
}

function connect(port: Port, authority = TLS.authority): Promise<Deno.TlsConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: port.number }).then((conn) =>
    Deno.startTls(conn, { hostname: "tracker.example", caCerts: [authority] })
  );
}

async function all(conn: ByteConn): Promise<Uint8Array> {
  const parts: number[] = [];
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return Uint8Array.from(parts);
    for (const byte of buffer.subarray(0, count)) parts.push(byte);
  }
}

async function writeAll(conn: ByteConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

/** A first record, as long as it says, that is no beginning of a handshake which goes on. */
function firstRecord(): Uint8Array {
  const hello = new Uint8Array(5 + 4);
  hello.set([22, 3, 1, 0, 4, 1, 0, 2, 0]); // a ClientHello of 512 bytes, of which none are here
  return hello;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    assert(performance.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("tls front: bytes go both ways, and all that was written before a close arrives", async () => {
  using port = new Port();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
  const serving = port.next().then(async (secure) => {
    const heard = new Uint8Array(5);
    for (let at = 0; at < 5;) at += await secure.read(heard.subarray(at)) ?? 9;
    await writeAll(secure, bytes);
    secure.close();
    await secure.ended;
    return new TextDecoder().decode(heard);
  });
  using client = await connect(port);
  await writeAll(client, new TextEncoder().encode("hello"));
  assertEquals(await all(client), bytes);
  assertEquals(await serving, "hello");
});

Deno.test("tls front: the other end's goodbye comes through, and ours", async () => {
  using port = new Port();
  const serving = port.next().then(async (secure) => {
    assertEquals(await all(secure), new Uint8Array([1, 2]));
    await writeAll(secure, new Uint8Array([3]));
    secure.close();
    await secure.ended;
  });
  using client = await connect(port);
  await client.write(new Uint8Array([1, 2]));
  await client.closeWrite();
  assertEquals(await all(client), new Uint8Array([3]));
  await serving;
});

Deno.test("tls front: who takes nothing is closed all the same", async () => {
  using port = new Port();
  const first = port.next();
  const client = await connect(port);
  const secure = await first;
  const writing = writeAll(secure, new Uint8Array(64 * 1024 * 1024)).catch(() => {});
  // By then as much is on its way as there is room for; it is closed as well if not.
  await new Promise((resolve) => setTimeout(resolve, 300));
  secure.close();
  await secure.ended;
  await writing;
  // Deno 2.4 ends a write to a socket that is closed only when the other end takes it or goes.
  await all(client).catch(() => {});
  client.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
});

Deno.test("tls front: what speaks no TLS is told of, and closed", async () => {
  using port = new Port();
  using client = await Deno.connect({ hostname: "127.0.0.1", port: port.number });
  const secure = await port.next();
  const reading = assertRejects(() => secure.read(new Uint8Array(1)));
  await client.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await reading;
  secure.close();
  await secure.ended;
  assertEquals(port.failures.length, 1);
});

const NO_PROC = Deno.build.os === "linux" ? undefined : "open files are counted on Linux only";

skippable("tls front: who stays silent holds no socket once it is closed", NO_PROC, async () => {
  using port = new Port();
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const clients: Deno.TcpConn[] = [];
  const before = open();
  const held: TlsConnection[] = [];
  for (let n = 0; n < 20; n++) {
    clients.push(await Deno.connect({ hostname: "127.0.0.1", port: port.number }));
    held.push(await port.next());
    if (n % 3 === 1) await clients[n]!.write(new Uint8Array([22, 3, 1, 2, 0, 1]));
    if (n % 3 === 2) await clients[n]!.write(firstRecord());
  }
  for (const secure of held) secure.close();
  await Promise.all(held.map((secure) => secure.ended));
  // What is left are the clients' own ends.
  await until(() => open() <= before + clients.length + 2, `${open()} open, before ${before}`);
  for (const client of clients) client.close();
});

skippable("tls front: a flood of beginnings leaves nothing behind", NO_PROC, async () => {
  using port = new Port();
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  const [clients, held]: [Deno.TcpConn[], TlsConnection[]] = [[], []];
  for (let n = 0; n < 400; n++) {
    clients.push(await Deno.connect({ hostname: "127.0.0.1", port: port.number }));
    held.push(await port.next());
  }
  await Promise.all(clients.map((client) => client.write(firstRecord())));
  // More pairs are wanted at once than the system lets wait to be accepted.
  for (const [at, secure] of held.entries()) if (at % 2 === 0) secure.close();
  for (const client of clients) client.close();
  await Promise.all(held.filter((_, at) => at % 2 === 1).map((one) => one.read(new Uint8Array(1))))
    .catch(() => {});
  for (const secure of held) secure.close();
  await Promise.all(held.map((secure) => secure.ended));
  await until(() => port.front.handshakes === 0, `${port.front.handshakes} handshakes`);
  await until(() => open() <= before + 2, `${open()} open, before ${before}`);
});

Deno.test("tls front: another certificate counts for those who come later", async () => {
  using port = new Port();
  const first = port.next();
  using before = await connect(port);
  const secure = await first;
  await secure.handshake();
  port.front.renew(OTHER_TLS);
  const second = port.next();
  using after = await connect(port, OTHER_TLS.authority);
  const other = await second;
  for (const [client, server] of [[before, secure], [after, other]] as const) {
    await client.write(new Uint8Array([7]));
    const heard = new Uint8Array(1);
    assertEquals([await server.read(heard), heard[0]], [1, 7]);
    server.close();
  }
});

Deno.test("tls front: a certificate or key that cannot be used changes nothing", async () => {
  const table: [{ cert: string; key: string }, RegExp][] = [
    [{ ...TLS, cert: "x" }, /file of the certificate has none/],
    [{ ...TLS, key: "" }, /file of the key has none/],
    [{ cert: TLS.key, key: TLS.cert }, /has none in PEM/],
    [{ ...TLS, key: OTHER_TLS.key }, /key is not that of the certificate/],
  ];
  using port = new Port();
  for (const [identity, message] of table) {
    const error = assertThrows(() => new TlsFront(identity), NetError) as unknown as NetError;
    assertEquals(error.code, "tls");
    assertMatch(error.message, message);
    assertThrows(() => port.front.renew(identity), NetError);
  }
  const first = port.next();
  using client = await connect(port);
  const secure = await first;
  await client.write(new Uint8Array([7]));
  assertEquals(await secure.read(new Uint8Array(1)), 1);
  secure.close();
});

Deno.test("tls front: for a handshake too many the one that began first is given up", async () => {
  using port = new Port(3);
  const clients: Deno.TcpConn[] = [];
  const held: TlsConnection[] = [];
  for (let n = 0; n < 5; n++) {
    clients.push(await Deno.connect({ hostname: "127.0.0.1", port: port.number }));
    held.push(await port.next());
    await clients[n]!.write(firstRecord());
    await until(() => port.front.handshakes === Math.min(n + 1, 3), "it has begun");
  }
  await Promise.all([held[0]!.ended, held[1]!.ended]);
  for (const client of clients.slice(0, 2)) {
    assertEquals(await client.read(new Uint8Array(1)).catch(() => null), null);
  }
  const next = port.next();
  using client = await connect(port);
  const secure = await next;
  await client.write(new Uint8Array([7]));
  assertEquals(await secure.read(new Uint8Array(1)), 1);
  await held[2]!.ended;
  for (const one of [...held, secure]) one.close();
  await Promise.all(held.map((one) => one.ended));
  for (const one of clients) one.close();
  await until(() => port.failures.length === 5, "all are told");
  assertEquals(
    port.failures.map(String),
    Array(5).fill("Error: its handshake was not done in time"),
  );
});
