import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { WireError } from "./errors.ts";
import { type HttpRequest, MAX_HTTP_REQUEST, readHttpRequest } from "./http_request.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const AS_CURL =
  "GET /announce?a=%00b&c HTTP/1.1\r\nHost: t.example\r\nUser-Agent:  x/1 \r\nAccept: */*\r\n\r\n";

function plain(request: HttpRequest | undefined) {
  if (!request) return undefined;
  const { method, path, query, headers, keep } = request;
  return { method, path, query, headers, keep };
}

function refusalOf(text: string): string {
  return assertThrows(() => readHttpRequest(bytes(text)), WireError).code;
}

Deno.test("http request: path, query and headers come apart, and what follows stays", () => {
  const read = readHttpRequest(bytes(`${AS_CURL}GET`));
  assertEquals(read?.length, AS_CURL.length);
  assertEquals(plain(read?.request), {
    method: "GET",
    path: "/announce",
    query: "a=%00b&c",
    headers: new Map([["host", "t.example"], ["user-agent", "x/1"], ["accept", "*/*"]]),
    keep: true,
  });
});

Deno.test("http request: headers of one name are one", () => {
  const lines = ["X-Forwarded-For: 192.0.2.1", "host: a", "x-forwarded-for:192.0.2.2 ", "A:"];
  const bytes = new TextEncoder().encode(`GET / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  const headers = readHttpRequest(bytes)?.request.headers;
  assertEquals([...headers ?? []], [
    ["x-forwarded-for", "192.0.2.1, 192.0.2.2"],
    ["host", "a"],
    ["a", ""],
  ]);
});

Deno.test("http request: a whole URL asks for its path", () => {
  const asked = (target: string) => {
    const { path, query } = readHttpRequest(bytes(`GET ${target} HTTP/1.1\r\n\r\n`))!.request;
    return [path, query];
  };
  assertEquals(asked("http://t.example:6969/announce?a=/b"), ["/announce", "a=/b"]);
  assertEquals(asked("HTTPS://t.example/"), ["/", ""]);
  assertEquals(asked("http://t.example"), ["/", ""]);
  assertEquals(asked("http://t.example?a"), ["/", "a"]);
});

Deno.test("http request: it is whole with its last byte, not before", () => {
  const whole = bytes(AS_CURL);
  for (let end = 0; end < whole.length; end++) {
    assertEquals(readHttpRequest(whole.subarray(0, end)), undefined);
  }
  assertEquals(readHttpRequest(whole)?.request.path, "/announce");
});

Deno.test("http request: bare line feeds, empty lines before it and old versions are taken", () => {
  const read = (text: string) => readHttpRequest(bytes(text));
  assertEquals(plain(read("\r\n\nHEAD / HTTP/1.0\nA: b\n\n")?.request), {
    method: "HEAD",
    path: "/",
    query: "",
    headers: new Map([["a", "b"]]),
    keep: false,
  });
  const keep = (version: string, header: string) =>
    read(`GET / HTTP/${version}\r\n${header}\r\n\r\n`)?.request.keep;
  assertEquals(keep("1.0", "Connection: Keep-Alive"), true);
  assertEquals(keep("1.1", "connection: Close"), false);
  assertEquals(keep("1.1", "Content-Length: 0"), true);
  for (const turn of [1, 2]) {
    assertEquals([keep("1.1", "A: b"), keep("1.0", "A: b")], [true, false], `turn ${turn}`);
    assertEquals(refusalOf("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n"), "bad_message");
    assertEquals(refusalOf("GET / HTTP/1.1\r\nA b\r\n\r\n"), "bad_message");
    assertEquals(keep("1.1", "A: b"), true, "what was refused before changes nothing");
  }
});

Deno.test("http request: bytes that are no ASCII come through as they are", () => {
  const query = `info_hash=${"\xff\x80"}`;
  assertEquals(readHttpRequest(bytes(`GET /a?${query} HTTP/1.1\r\n\r\n`))?.request.query, query);
});

Deno.test("http request: what is none is refused", () => {
  for (
    const text of [
      "ANNOUNCE {}\n\n",
      "GET /\r\n\r\n",
      "GET  / HTTP/1.1\r\n\r\n",
      "GET / HTTP/2\r\n\r\n",
      "GET / HTTP/1.1 x\r\n\r\n",
      "G\tT / HTTP/1.1\r\n\r\n",
      "GET ftp://a/ HTTP/1.1\r\n\r\n",
      "GET http:///a HTTP/1.1\r\n\r\n",
      "GET a/b HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nno header\r\n\r\n",
      "GET / HTTP/1.1\r\na : b\r\n\r\n",
      "GET / HTTP/1.1\r\na: b\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\na: b\rc\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
      `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(101)}\r\n`,
    ]
  ) assertEquals([text, refusalOf(text)], [text, "bad_message"]);
});

Deno.test("http request: it may have so many bytes and not one more", () => {
  const sized = (size: number) => {
    const [begin, end] = ["GET /", " HTTP/1.1\r\n\r\n"];
    return `${begin}${"x".repeat(size - begin.length - end.length)}${end}`;
  };
  assertEquals(readHttpRequest(bytes(sized(MAX_HTTP_REQUEST)))?.length, MAX_HTTP_REQUEST);
  assertEquals(refusalOf(sized(MAX_HTTP_REQUEST + 1)), "line_too_long");
  assertEquals(refusalOf("x".repeat(MAX_HTTP_REQUEST + 1)), "line_too_long");
  assertEquals(readHttpRequest(bytes("x".repeat(MAX_HTTP_REQUEST))), undefined);
});
