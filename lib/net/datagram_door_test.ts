import { assert, assertEquals, assertRejects } from "jsr:@std/assert@1";
import { createSocket, type Socket } from "node:dgram";
import { skippable } from "../../tests/support/programs.ts";
import { DatagramDoor } from "./datagram_door.ts";
import type { DatagramPlace, DatagramSocket, DatagramUse } from "./datagram_socket.ts";
import { hasDenoDatagrams, openDenoDatagrams } from "./deno_datagrams.ts";
import { NetError } from "./errors.ts";
import { openNodeDatagrams } from "./node_datagrams.ts";

const PATIENCE_MS = 30_000;

/** Sends to one port of loopback, and waits for what comes back. */
class Asker implements AsyncDisposable {
  readonly #socket: Socket = createSocket("udp4");
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  async ask(bytes: Uint8Array): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
    this.#socket.once("message", (answer) => resolve(new Uint8Array(answer)));
    this.#socket.send(bytes, this.#port, "127.0.0.1");
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

const kinds: [
  string,
  string | undefined,
  (place: DatagramPlace, use: DatagramUse) => DatagramSocket | Promise<DatagramSocket>,
][] = [
  ["node", undefined, openNodeDatagrams],
  ["deno", hasDenoDatagrams() ? undefined : "it needs --unstable-net", openDenoDatagrams],
];

for (const [name, missing, open] of kinds) {
  skippable(
    `datagrams of ${name}: each is answered, from memory that is used again`,
    missing,
    async () => {
      const place = { address: "127.0.0.1", port: await freePort(), ipv6Only: false };
      const same = new Uint8Array(4);
      const hosts: string[] = [];
      const errors: unknown[] = [];
      const socket = await open(place, {
        answer(bytes, host) {
          hosts.push(host);
          if (bytes[0] === 0) return undefined;
          same.set(bytes.subarray(0, 4));
          return same.subarray(0, Math.min(4, bytes.length));
        },
        onError: (error) => errors.push(error),
      });
      await using asker = new Asker(place.port);
      for (let n = 1; n < 20; n++) {
        assertEquals(await asker.ask(Uint8Array.of(n, n + 1)), Uint8Array.of(n, n + 1));
      }
      assertEquals(await asker.ask(new Uint8Array(3_000).fill(9)), Uint8Array.of(9, 9, 9, 9));
      await socket.close();
      await socket.close();
      assertEquals([...new Set(hosts)], ["127.0.0.1"]);
      assertEquals(errors, []);
    },
  );

  skippable(`datagrams of ${name}: a port that is taken is said`, missing, async () => {
    const place = { address: "127.0.0.1", port: await freePort(), ipv6Only: false };
    const use = { answer: () => undefined, onError: () => {} };
    const first = await open(place, use);
    const again = async () => await open(place, use);
    const error = await assertRejects(again, NetError) as NetError;
    assertEquals(error.code, "bind");
    assert(error.message.startsWith(`UDP 127.0.0.1:${place.port}: `), error.message);
    await first.close();
    await (await open(place, use)).close();
  });
}

Deno.test("datagram door: one on all addresses tells IPv4 by its own form", async () => {
  const port = await freePort();
  const hosts: string[] = [];
  const answer = (bytes: Uint8Array, host: string) => {
    hosts.push(host);
    return bytes;
  };
  await using _door = await DatagramDoor.open({ port }, answer, () => {});
  await using asker = new Asker(port);
  assertEquals(await asker.ask(Uint8Array.of(7)), Uint8Array.of(7));
  assertEquals(hosts, ["127.0.0.1"]);
});
