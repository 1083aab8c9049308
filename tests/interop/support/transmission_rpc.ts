import { type Child, PATIENCE_MS } from "./child.ts";

const SESSION = "X-Transmission-Session-Id";
const RETRY_MS = 50;
const SEEDING = 6;

/** What Transmission answers, as far as it is used here. */
interface Answer {
  readonly result: string;
  readonly arguments: {
    readonly "torrent-added"?: { readonly id: number };
    readonly torrents?: readonly {
      readonly leftUntilDone: number;
      readonly metadataPercentComplete: number;
      readonly status: number;
      readonly error: number;
      readonly errorString: string;
    }[];
  };
}

/** Transmission's RPC. Errors carry the log of its process. */
export class TransmissionRpc {
  readonly #url: string;
  readonly #child: Child;
  #session = "";

  constructor(url: string, child: Child) {
    this.#url = url;
    this.#child = child;
  }

  /** Waits until it answers. */
  async ready(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.#call("session-get", {});
        return;
      } catch (error) {
        if (this.#child.ended || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /**
   * Adds a torrent, checks what is there of it, and starts it.
   *
   * @param what Path of a `.torrent`, or a magnet link.
   * @returns Its number.
   */
  async add(what: string, folder: string): Promise<number> {
    const added = await this.#call("torrent-add", { "filename": what, "download-dir": folder });
    const id = added["torrent-added"]?.id;
    if (id === undefined) throw this.#error("it did not add the torrent");
    return id;
  }

  /** How far a torrent is: bytes that are missing, and whether it does nothing but serve. */
  async progress(id: number): Promise<{ left: number; state: "seeding" | "other" }> {
    const { torrents } = await this.#call("torrent-get", {
      ids: [id],
      fields: ["leftUntilDone", "metadataPercentComplete", "status", "error", "errorString"],
    });
    const torrent = torrents?.[0];
    if (!torrent) throw this.#error("it has lost the torrent");
    if (torrent.error === 3) throw this.#error(torrent.errorString);
    const complete = torrent.metadataPercentComplete === 1 && torrent.status === SEEDING;
    return { left: torrent.leftUntilDone, state: complete ? "seeding" : "other" };
  }

  async #call(method: string, args: Record<string, unknown>): Promise<Answer["arguments"]> {
    for (;;) {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { [SESSION]: this.#session },
        body: JSON.stringify({ method, arguments: args }),
      });
      if (response.status === 409) {
        await response.body?.cancel();
        this.#session = response.headers.get(SESSION) ?? "";
        continue;
      }
      if (!response.ok) throw this.#error(`${method}: ${response.status} ${await response.text()}`);
      const answer = await response.json() as Answer;
      if (answer.result !== "success") throw this.#error(`${method}: ${answer.result}`);
      return answer.arguments;
    }
  }

  #error(what: string): Error {
    return new Error(`Transmission: ${what}\n${this.#child.log}`);
  }
}
