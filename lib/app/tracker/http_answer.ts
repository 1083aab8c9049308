import type { HttpResponse } from "../../wire/http_response.ts";

/** Where the body of a response goes that is written as it comes into being. */
export interface HttpSink {
  /** Sends bytes; a reader that is too far behind is disconnected instead. They are not changed after. */
  send(bytes: Uint8Array): void;
  /** Ends the response once everything is sent. */
  end(): void;
}

/** A response with status 200 whose body goes on until either end closes. */
export interface HttpStreaming {
  /** As those of an `HttpResponse`. */
  readonly headers: string;
  /** Begins the body. @returns What is to be called once the connection is closed. */
  open(sink: HttpSink): () => void;
}

/** What a request is answered: at once, later, or on and on. */
export type HttpAnswer = HttpResponse | Promise<HttpResponse> | HttpStreaming;

/** Whether an answer goes on and on. */
export function isStreaming(answer: HttpResponse | HttpStreaming): answer is HttpStreaming {
  return "open" in answer;
}
