import { TextLineStream } from "jsr:@std/streams@1/text-line-stream";

/** Asks a tracker on one kept connection. */
export class LineClient implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #lines: AsyncIterator<string>;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#lines = conn.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  }

  static async connect(port: number): Promise<LineClient> {
    return new LineClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends requests at once. @returns Their answers, in their order. */
  async ask(...requests: string[]): Promise<string[]> {
    let rest = new TextEncoder().encode(requests.map((request) => `${request}\n`).join(""));
    while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
    const answers: string[] = [];
    while (answers.length < requests.length) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("the tracker hung up");
      answers.push(value);
    }
    return answers;
  }

  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // The other end was quicker.
    }
  }
}
