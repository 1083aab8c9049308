import { assertEquals } from "jsr:@std/assert@1";
import { HttpReplyReader } from "./http_reply.ts";
import { encodeHttpResponse, encodeHttpStreamHead, type HttpResponse } from "./http_response.ts";

const RESPONSE: HttpResponse = {
  status: 404,
  headers: "Content-Type: text/plain\r\n",
  body: new TextEncoder().encode("none\n"),
};
const DATE = "Thu, 26 Nov 2026 18:31:12 GMT";

Deno.test("http response: its bytes", () => {
  const bytes = encodeHttpResponse(RESPONSE, { date: DATE, keep: true });
  assertEquals(
    new TextDecoder().decode(bytes),
    `HTTP/1.1 404 Not Found\r\nDate: ${DATE}\r\nContent-Type: text/plain\r\n` +
      "Content-Length: 5\r\nConnection: keep-alive\r\n\r\nnone\n",
  );
  const reply = new HttpReplyReader(100).push(bytes);
  assertEquals([reply?.status, reply?.headers.get("connection")], [404, "keep-alive"]);
  assertEquals(reply?.body, RESPONSE.body);
});

Deno.test("http response: a HEAD request is told the length and gets no body", () => {
  const bytes = encodeHttpResponse(RESPONSE, { date: DATE, keep: false, head: true });
  assertEquals(
    new TextDecoder().decode(bytes).split("\r\n").slice(3),
    ["Content-Length: 5", "Connection: close", "", ""],
  );
});

Deno.test("http response: what is not modified has neither body nor length", () => {
  const response: HttpResponse = { ...RESPONSE, status: 304, headers: 'ETag: "a"\r\n' };
  assertEquals(
    new TextDecoder().decode(encodeHttpResponse(response, { date: DATE, keep: true })),
    `HTTP/1.1 304 Not Modified\r\nDate: ${DATE}\r\nETag: "a"\r\nConnection: keep-alive\r\n\r\n`,
  );
});

Deno.test("http response: a body without an end ends with the connection", () => {
  const reader = new HttpReplyReader(100);
  assertEquals(reader.push(encodeHttpStreamHead(RESPONSE.headers, DATE)), undefined);
  reader.push(new TextEncoder().encode("some"));
  assertEquals(new TextDecoder().decode(reader.end().body), "some");
});
