import { assertEquals } from "jsr:@std/assert@1";

/** Events of the tracker as a client reads them. */
export class EventReader implements Disposable {
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>, abort: AbortController) {
    this.#abort = abort;
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(port: number | undefined, query = ""): Promise<EventReader> {
    const abort = new AbortController();
    const url = `http://127.0.0.1:${port}/api/v1/events${query}`;
    const response = await fetch(url, { signal: abort.signal });
    assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    return new EventReader(response.body!, abort);
  }

  /** The object of the next event of a name; undefined: there are no more. */
  async next(name: string): Promise<unknown> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(this.#text.slice(0, end)) ?? [];
      if (end >= 0) {
        this.#text = this.#text.slice(end + 2);
        if (event === name) return JSON.parse(data!);
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }
}
