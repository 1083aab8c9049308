import { greet } from "../../lib/app/greet.ts";
import type { Met } from "../../lib/app/meet.ts";
import type { SwarmIdentity } from "../../lib/app/swarm_identity.ts";
import { infoHash, infoHashV2, peerId, truncated } from "../../lib/base/ids.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { PeerMessage } from "../../lib/wire/peer_message.ts";
import { encodeMessage } from "../../lib/wire/peer_writer.ts";

export const V1 = infoHash("11".repeat(20))!;
export const V2 = infoHashV2("22".repeat(32))!;
export const V2_SHORT = truncated(V2);

/** Ids of who dials and of who is dialled. */
export const DIALLER = peerId("aa".repeat(20))!;
export const DIALLED = peerId("bb".repeat(20))!;

/** A hybrid torrent, as one of them knows it. */
export function hybrid(
  of: typeof DIALLER,
  encryption?: SwarmIdentity["encryption"],
): SwarmIdentity {
  return { peerId: of, v1: V1, v2: V2, ...(encryption ? { encryption } : {}) };
}

/** What came of one connection to a {@linkcode MeetingPlace}. */
export type Greeted = Awaited<ReturnType<typeof greet<SwarmIdentity>>> | Error;

/** A port of this machine on which everyone is greeted; connections are closed when it is disposed of. */
export class MeetingPlace implements AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  /** What came of each connection so far, in the order in which they came. */
  readonly greeted: Promise<Greeted>[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #connections: Connection[] = [];
  readonly #accepting: Promise<void>;
  readonly #waiting: (() => void)[] = [];

  constructor(identities: Iterable<SwarmIdentity>) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept(identities);
  }

  /** What came of the next connection that comes, or of the first one. */
  async first(): Promise<Greeted> {
    if (this.greeted.length === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return await this.greeted[0]!;
  }

  /** What came of the last connection, all of them being done. */
  async last(): Promise<Greeted> {
    const all = await Promise.all(this.greeted);
    return all.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    await this.#accepting;
    await Promise.all(this.greeted);
  }

  async #accept(identities: Iterable<SwarmIdentity>): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        conn.setNoDelay(true);
        const connection = new Connection(conn);
        this.#connections.push(connection);
        this.greeted.push(
          greet(connection, identities).catch((error: Error) => {
            connection.close();
            return error;
          }),
        );
        for (const wake of this.#waiting.splice(0)) wake();
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

/** Sends a message to whom was met. */
export async function sendTo(met: Met, message: PeerMessage): Promise<void> {
  const bytes = encodeMessage(message, new Map())!;
  met.encrypt?.(bytes);
  await met.connection.write(bytes, 60_000);
}

/** The next message of whom was met. */
export async function nextFrom({ connection, reader, decrypt }: Met): Promise<PeerMessage> {
  for (;;) {
    const message = reader.next();
    if (message) return message;
    const space = reader.space();
    const count = await connection.read(space, 60_000);
    if (count === null) throw new Error("it hung up");
    decrypt?.(space.subarray(0, count));
    reader.filled(count);
  }
}
