import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { DIALLED, DIALLER, hybrid, V1 } from "../../tests/support/meeting_place.ts";
import { readAll } from "../../tests/support/originals.ts";
import { infoHash } from "../base/ids.ts";
import { listen } from "../net/listen.ts";
import { AppError } from "./errors.ts";
import type { Met } from "./meet.ts";
import { ownHandshake } from "./own_handshake.ts";
import { type DoorOptions, listenFor, PeerDoor } from "./peer_door.ts";

/** A door of one share, and who came in. */
class Entry implements AsyncDisposable {
  readonly door: PeerDoor;
  readonly lines: string[] = [];
  #adopted = Promise.withResolvers<Met>();

  constructor(serve?: DoorOptions["serve"]) {
    this.door = new PeerDoor({
      listening: listen({ host: "127.0.0.1", port: 0 }),
      session: { ...hybrid(DIALLED), adopt: (met) => this.#adopted.resolve(met) },
      ...serve && { serve },
      log: (level, message) => void this.lines.push(`${level} ${message}`),
    });
  }

  get adopted(): Promise<Met> {
    return this.#adopted.promise;
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.door.port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.door.stop(0);
  }
}

Deno.test("peer door: who speaks BitTorrent goes to the session", async () => {
  await using entry = new Entry();
  using conn = await entry.connect();
  await conn.write(ownHandshake(V1, { peerId: DIALLER, v1: V1 }) as Uint8Array<ArrayBuffer>);
  const { handshake, connection } = await entry.adopted;
  assertEquals(handshake.peerId, DIALLER);
  connection.close();
});

Deno.test("peer door: who stays silent is served, once somebody does", async () => {
  await using entry = new Entry();
  {
    using early = await entry.connect();
    assertEquals(await readAll(early), new Uint8Array());
  }
  entry.door.serveSilent((connection) => connection.write(new Uint8Array([1, 2, 3]), 1_000));
  using conn = await entry.connect();
  assertEquals(await readAll(conn), new Uint8Array([1, 2, 3]));
});

Deno.test("peer door: who wants something else, or makes no sense, is turned away", async () => {
  await using entry = new Entry();
  const other = infoHash("77".repeat(20))!;
  const handshake = ownHandshake(other, { peerId: DIALLER, v1: other });
  for (const bytes of [handshake, new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")]) {
    using conn = await entry.connect();
    await conn.write(bytes as Uint8Array<ArrayBuffer>);
    conn.closeWrite();
    assertEquals((await readAll(conn).catch(() => new Uint8Array())).length, 0);
  }
  await entry.door.stop(0);
  assertEquals(entry.lines.length, 2, entry.lines.join("\n"));
  for (const line of entry.lines) assertEquals(line.split(" ")[0], "debug");
});

Deno.test("peer door: stopping waits for who is served, but not longer than it may", async () => {
  const served = Promise.withResolvers<void>();
  await using entry = new Entry(async (connection) => {
    served.resolve();
    // Who is served says nothing more; only its end, or ours, ends that.
    await connection.read(new Uint8Array(1), 60_000);
  });
  using _conn = await entry.connect();
  await served.promise;
  await entry.door.stop(10);
  await entry.door.stop(0);
});

Deno.test("peer door: a port that is in use is an error that says what to do", () => {
  using taken = listenFor({ host: "127.0.0.1" });
  assertThrows(
    () => listenFor({ host: "127.0.0.1", port: taken.port }),
    AppError,
    `Cannot listen on port ${taken.port} of 127.0.0.1`,
  );
});
