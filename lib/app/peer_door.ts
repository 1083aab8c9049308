import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import { Connection } from "../net/connection.ts";
import { listen, type Listening } from "../net/listen.ts";
import { AppError } from "./errors.ts";
import { greet } from "./greet.ts";
import { formatHostPort } from "./host_port.ts";
import type { SwarmIdentity } from "./swarm_identity.ts";
import type { SwarmSession } from "./swarm_session.ts";

/** Connections that have not said yet who they are; the next one is turned away. */
const MOST_UNKNOWN = 512;

/** What a {@linkcode PeerDoor} leads to. */
export interface DoorOptions {
  readonly listening: Listening;
  readonly session: SwarmIdentity & Pick<SwarmSession, "adopt">;
  /** Serves who connects and says nothing: a downloader of the original. Absent: nobody does. */
  readonly serve?: (connection: Connection) => Promise<void>;
  readonly log: Log;
}

/** The port of a share: who speaks BitTorrent is handed to its session, who stays silent is served. */
export class PeerDoor {
  readonly port: number;
  readonly #options: DoorOptions;
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #serve: DoorOptions["serve"];
  #unknown = 0;

  constructor(options: DoorOptions) {
    const { listening, log } = options;
    this.#options = options;
    this.#serve = options.serve;
    this.port = listening.port;
    this.#keep(listening.accept(
      (conn) => this.#keep(this.#welcome(conn)),
      (error) => log("error", `a connection could not be taken: ${messageOf(error)}`),
    ));
  }

  /** From now on, downloaders of the original are served. */
  serveSilent(serve: (connection: Connection) => Promise<void>): void {
    this.#serve = serve;
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#options.listening.close();
  }

  /** Waits for those that are being served, at most so long; then ends them. */
  async stop(graceMs: number): Promise<void> {
    this.close();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    while (this.#running.size > 0) await Promise.all(this.#running);
    clearTimeout(timer);
  }

  async #welcome(conn: Deno.TcpConn): Promise<void> {
    const connection = new Connection(conn, this.#abort.signal);
    if (this.#unknown >= MOST_UNKNOWN) return connection.close();
    try {
      conn.setNoDelay(true);
      const greeted = await this.#greet(connection);
      if (greeted !== "silent") return this.#options.session.adopt(greeted.met);
      await this.#serve?.(connection);
      connection.close();
    } catch (error) {
      connection.close();
      const who = formatHostPort({ host: connection.remoteHost, port: connection.remotePort });
      this.#options.log("debug", `${who}: ${printable(messageOf(error))}`);
    }
  }

  async #greet(connection: Connection) {
    this.#unknown++;
    try {
      return await greet(connection, [this.#options.session]);
    } finally {
      this.#unknown--;
    }
  }

  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }
}

/** Listens for a share. @throws {AppError} `bind`, saying what to do. */
export function listenFor({ host, port = 0 }: { host?: string; port?: number }): Listening {
  try {
    return listen({ host, port });
  } catch (error) {
    const where = port ? `port ${port}` : "a free port";
    throw new AppError(
      "bind",
      `Cannot listen on ${where}${host ? ` of ${printable(host)}` : ""}: ` +
        `${
          printable(messageOf(error))
        }. Is it in use? Choose another --port, or none for a free one.`,
      { cause: error },
    );
  }
}
