/**
 * Stand-ins for the original programs, with their habits: one `recv` where they do one, nothing
 * read further, every header field in one read, pieces of 1,024 bytes.
 */

/** Sends bytes to a tracker and reads until it closes. */
export async function exchange(
  port: number,
  parts: readonly (string | Uint8Array)[],
  host = "127.0.0.1",
): Promise<string> {
  using conn = await Deno.connect({ hostname: host, port });
  conn.setNoDelay(true);
  for (const part of parts) {
    await conn.write(typeof part === "string" ? new TextEncoder().encode(part) : part);
  }
  return new TextDecoder().decode(await readAll(conn));
}

/** Asks as the original client does: one write, one read into 4,095 bytes. */
export async function classicAsk(port: number, line: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(line));
  const buffer = new Uint8Array(4095);
  const count = await conn.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, count));
}

/** Everything until the other end closes. */
export async function readAll(conn: Deno.TcpConn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(64 * 1024);
    const count = await conn.read(buffer);
    if (count === null) break;
    parts.push(buffer.subarray(0, count));
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A server of the tests: every connection goes to `serve`; closed when disposed of. */
export class StandIn implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #conns = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  connections = 0;

  constructor(serve: (conn: Deno.TcpConn) => Promise<void>) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#running = this.#run(serve);
  }

  async #run(serve: (conn: Deno.TcpConn) => Promise<void>): Promise<void> {
    const serving = new Set<Promise<void>>();
    for await (const conn of this.#listener) {
      this.connections++;
      this.#conns.add(conn);
      const one = serve(conn).catch(() => {}).finally(() => {
        this.#conns.delete(conn);
        close(conn);
        serving.delete(one);
      });
      serving.add(one);
    }
    await Promise.all(serving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#running;
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}

/** The original tracker: one `recv` a connection, tokens split on white space, never forgets. */
export function classicTracker(): StandIn {
  const peers = new Map<string, string[]>();
  return new StandIn(async (conn) => {
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer) ?? 0;
    const tokens = new TextDecoder().decode(buffer.subarray(0, count)).trim().split(/\s+/);
    await conn.write(new TextEncoder().encode(answer(tokens, conn.remoteAddr.hostname, peers)));
  });
}

function answer(tokens: readonly string[], host: string, peers: Map<string, string[]>): string {
  const [verb, name, port] = tokens;
  if (verb === "REGISTER") {
    if (!name || !/^\d+$/.test(port ?? "")) return "ERROR Invalid REGISTER command format\n";
    const list = peers.get(name) ?? [];
    if (!list.includes(`${host}:${port}`)) list.push(`${host}:${port}`);
    peers.set(name, list);
    return "OK\n";
  }
  if (verb === "GETPEERS") {
    if (!name) return "ERROR Invalid GETPEERS command format\n";
    return (peers.get(name) ?? []).map((peer) => `${peer};`).join("") + "\n";
  }
  return "ERROR Unknown command\n";
}

/** The sum of the original, byte by byte, as the protocol has it. */
export function classicSum(bytes: Uint8Array): string {
  let sum = 0;
  const covered = bytes.length - bytes.length % 1024;
  for (let at = 0; at < covered; at++) sum = (sum + bytes[at]!) % 4294967295;
  return sum.toString(16).padStart(8, "0");
}

/** How a seeder misbehaves. */
export interface Mischief {
  readonly checksum?: string;
  /** Hangs up after so many bytes of the file. */
  readonly hangUpAfter?: number;
  /** Goes silent after so many bytes of the file. */
  readonly silentAfter?: number;
  /** Sent in place of everything. */
  readonly instead?: Uint8Array;
  /** Called after the first so many bytes were sent. */
  readonly pauseAfter?: { readonly bytes: number; readonly until: Promise<void> };
}

/** The original seeder: writes size, length and checksum, then pieces of 1,024 bytes. */
export function classicSeeder(content: Uint8Array, mischief: Mischief = {}): StandIn {
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setBigUint64(0, BigInt(content.length), true);
  view.setBigUint64(8, 8n, true);
  header.set(new TextEncoder().encode(mischief.checksum ?? classicSum(content)), 16);
  return new StandIn(async (conn) => {
    if (mischief.instead) return await writeAll(conn, mischief.instead);
    for (const [from, to] of [[0, 8], [8, 16], [16, 24]]) {
      await writeAll(conn, header.subarray(from, to));
    }
    const end = mischief.hangUpAfter ?? mischief.silentAfter ?? content.length;
    for (let at = 0; at < end; at += 1024) {
      const pause = mischief.pauseAfter;
      if (pause && at >= pause.bytes) await pause.until;
      await writeAll(conn, content.subarray(at, Math.min(at + 1024, end)));
    }
    if (mischief.silentAfter !== undefined) await conn.read(new Uint8Array(1));
  });
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** What the original downloader received. */
export interface ClassicDownload {
  readonly size: number;
  readonly checksum: string;
  readonly content: Uint8Array;
}

/**
 * The original downloader: connects, stays silent, reads each header field with one read, then the
 * file. Throws where a field does not come whole, as the original fails there.
 */
export async function classicDownload(port: number): Promise<ClassicDownload> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const field = async (length: number) => {
    const buffer = new Uint8Array(length);
    const count = await conn.read(buffer);
    if (count !== length) throw new Error(`a field of ${length} bytes came as ${count}`);
    return new DataView(buffer.buffer);
  };
  const size = Number((await field(8)).getBigUint64(0, true));
  const length = Number((await field(8)).getBigUint64(0, true));
  if (length >= 256) throw new Error(`a checksum of ${length} characters`);
  const checksum = new TextDecoder().decode(await field(length));
  return { size, checksum, content: await readAll(conn) };
}

/** A port of this machine where nobody listens. */
export function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
