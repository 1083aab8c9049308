import type { Address } from "./agent.ts";

/** Seconds between announces. */
const INTERVAL = 5;

/**
 * A tracker (BEP 3, BEP 23) for programs that cannot be told of a peer otherwise. It serves one
 * torrent: every announce, whatever its info-hash, is answered with the given peers and with all
 * that announced. Peers on loopback are told by the address at which the asker reached this
 * tracker, so that who asks from another namespace can dial them.
 */
export class TrackerStandIn implements AsyncDisposable {
  readonly port: number;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #given: readonly Address[];
  readonly #announced = new Map<string, Address>();

  constructor(given: readonly Address[] = []) {
    this.#given = given;
    this.#server = Deno.serve(
      { hostname: "0.0.0.0", port: 0, onListen: () => {} },
      (request, { remoteAddr }) => this.#answer(new URL(request.url), remoteAddr.hostname),
    );
    this.port = this.#server.addr.port;
  }

  /** Its URL, to be announced to. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/announce`;
  }

  #answer(url: URL, from: string): Response {
    if (url.pathname !== "/announce") return new Response(null, { status: 404 });
    const port = Number(url.searchParams.get("port"));
    const asker = `${from}:${port}`;
    if (url.searchParams.get("event") === "stopped") this.#announced.delete(asker);
    else if (port > 0) this.#announced.set(asker, { host: from, port });
    const others = new Map(this.#announced);
    others.delete(asker);
    for (const peer of this.#given) others.set(`${peer.host}:${peer.port}`, peer);
    const peers = [...others.values()].flatMap(({ host, port }) => [
      ...(host === "127.0.0.1" ? url.hostname : host).split(".").map(Number),
      port >> 8,
      port & 255,
    ]);
    const head = `d8:intervali${INTERVAL}e12:min intervali1e5:peers${peers.length}:`;
    return new Response(new Blob([head, Uint8Array.from(peers), "e"]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
