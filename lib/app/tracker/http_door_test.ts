import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { exchange, readAll } from "../../../tests/support/originals.ts";
import { silentLog } from "../../base/log.ts";
import type { HttpRequest } from "../../wire/http_request.ts";
import type { HttpResponse } from "../../wire/http_response.ts";
import { ConnectionGate } from "./connection_gate.ts";
import type { HttpAnswer, HttpSink } from "./http_answer.ts";
import { HttpDoor } from "./http_door.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function plain(text: string): HttpResponse {
  return { status: 200, headers: "Content-Type: text/plain\r\n", body: encode(text) };
}

/** A door on a free port of loopback. */
class Door implements AsyncDisposable {
  readonly door: HttpDoor;
  readonly seen: string[] = [];
  time = 0;

  constructor(respond: (request: HttpRequest) => HttpAnswer) {
    this.door = new HttpDoor({ host: "127.0.0.1", port: 0 }, {
      gate: new ConnectionGate({ maxConnections: 100, maxConnectionsPerAddress: 100 }),
      log: silentLog,
      now: () => this.time,
      respond,
      onAnswered: ({ method, path }, host, status) => {
        this.seen.push(`${host} ${method} ${path} ${status}`);
      },
      onRefused: () => {},
    });
  }

  get port(): number {
    return this.door.port;
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.door.stop(0);
  }
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("http door: answers that come later come in the order of the requests", async () => {
  const waiting = Promise.withResolvers<HttpResponse>();
  await using door = new Door(({ path }) => path === "/later" ? waiting.promise : plain(path));
  const asked = exchange(door.port, [
    get("/a") + get("/later") + get("/b") + get("/c", "Connection: close\r\n"),
  ]);
  await until(() => door.seen.length > 0);
  assertEquals(door.seen, ["127.0.0.1 GET /a 200"]);
  waiting.resolve(plain("late"));
  const bodies = (await asked).split("\r\n\r\n").slice(1).map((part) => part.split("HTTP")[0]);
  assertEquals(bodies, ["/a", "late", "/b", "/c"]);
});

Deno.test("http door: an answer that never comes is hung up on, and one that fails is told of", async () => {
  await using door = new Door(({ path }) =>
    path === "/fails" ? Promise.reject(new Error("no")) : new Promise<never>(() => {})
  );
  assertMatch(
    await exchange(door.port, [get("/fails", "Connection: close\r\n")]),
    /^HTTP\/1.1 500 /,
  );
  using conn = await door.connect();
  await conn.write(encode(get("/never")));
  let ended = false;
  const rest = readAll(conn).catch(() => new Uint8Array()).finally(() => ended = true);
  await until(() => {
    door.time += 1_000;
    return ended;
  });
  assertEquals((await rest).length, 0);
});

Deno.test("http door: a stop does not wait for what never comes", async () => {
  const door = new Door(() => new Promise<never>(() => {}));
  using conn = await door.connect();
  await conn.write(encode(get("/never")));
  await new Promise((resolve) => setTimeout(resolve, 10));
  await door[Symbol.asyncDispose]();
  assertEquals((await readAll(conn)).length, 0);
});

/** A door whose every answer is a stream that the test holds. */
function streams() {
  const sinks: HttpSink[] = [];
  let closed = 0;
  const door = new Door(() => ({
    headers: "Content-Type: text/event-stream\r\n",
    open: (sink) => {
      sinks.push(sink);
      return () => closed++;
    },
  }));
  return { door, sinks, closed: () => closed };
}

Deno.test("http door: a stream goes on until either end closes", async () => {
  const { door, sinks, closed } = streams();
  await using _door = door;
  const conn = await door.connect();
  await conn.write(encode(get("/")));
  await until(() => sinks.length === 1);
  door.time += 3_600_000;
  sinks[0]!.send(encode("one"));
  sinks[0]!.send(encode(" two"));
  let text = "";
  const buffer = new Uint8Array(1_000);
  while (!text.endsWith("one two")) text += decode(buffer.subarray(0, (await conn.read(buffer))!));
  assertMatch(
    text,
    /^HTTP\/1.1 200 OK\r\nDate: [^]*event-stream\r\nConnection: close\r\n\r\none two$/,
  );
  conn.close();
  await until(() => closed() === 1);

  using second = await door.connect();
  await second.write(encode(get("/")));
  await until(() => sinks.length === 2);
  sinks[1]!.send(encode("last"));
  sinks[1]!.end();
  assertMatch(decode(await readAll(second)), /\r\n\r\nlast$/);
  await until(() => closed() === 2);
  const head = await exchange(door.port, ["HEAD / HTTP/1.1\r\n\r\n"]);
  assertMatch(head, /^HTTP\/1.1 200 [^]*\r\n\r\n$/);
  assertEquals(sinks.length, 2);
});

Deno.test("http door: who reads too slowly, or says too much, is disconnected", async () => {
  const { door, sinks, closed } = streams();
  await using _door = door;
  using slow = await door.connect();
  await slow.write(encode(get("/")));
  await until(() => sinks.length === 1);
  const chunk = new Uint8Array(32 * 1024);
  for (let n = 0; closed() === 0; n++) {
    sinks[0]!.send(chunk);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert(n < 10_000, "it never was");
  }
  using talking = await door.connect();
  await talking.write(encode(get("/")));
  await until(() => sinks.length === 2);
  await talking.write(new Uint8Array(20_000)).catch(() => {});
  await until(() => closed() === 2);
});

Deno.test("http door: a stop ends streams with what is still to be sent", async () => {
  const { door, sinks, closed } = streams();
  using conn = await door.connect();
  await conn.write(encode(get("/")));
  await until(() => sinks.length === 1);
  sinks[0]!.send(encode("bye"));
  await door.door.stop(60_000);
  assertMatch(decode(await readAll(conn)), /\r\n\r\nbye$/);
  assertEquals(closed(), 1);
});
