import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { WireError } from "./errors.ts";
import { type HttpReply, HttpReplyReader } from "./http_reply.ts";

const MAX_BODY = 1_000;
const encode = (text: string) => new TextEncoder().encode(text);

/** Reads a reply that comes in parts and may end with the connection; the body as text. */
function read(...parts: string[]) {
  const reader = new HttpReplyReader(MAX_BODY);
  let reply: HttpReply | undefined;
  for (const part of parts) reply = reader.push(encode(part));
  reply ??= reader.end();
  const { status, headers, body } = reply;
  return { status, headers: Object.fromEntries(headers), body: new TextDecoder().decode(body) };
}

/** Every reply, and what is read of it. */
const REPLIES: [string, { status: number; body: string }][] = [
  ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", { status: 200, body: "abc" }],
  ["HTTP/1.0 200 OK\r\n\r\nuntil it closes", { status: 200, body: "until it closes" }],
  ["HTTP/1.1 200\nContent-Length: 2\n\nab", { status: 200, body: "ab" }],
  [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n",
    { status: 200, body: "abc0123456789" },
  ],
  [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\nTrailer: x\n\n",
    { status: 200, body: "a" },
  ],
  ["HTTP/1.1 204 No Content\r\n\r\n", { status: 204, body: "" }],
  ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", {
    status: 404,
    body: "",
  }],
];

Deno.test("a reply is read whole, byte by byte, and with what comes behind it", () => {
  for (const [text, wanted] of REPLIES) {
    for (const parts of [[text], [...text], [text.slice(0, 20), text.slice(20)]]) {
      const { status, body } = read(...parts);
      assertEquals({ status, body }, wanted, text);
    }
  }
  assertEquals(read(REPLIES[0]![0] + "more").body, "abc");
});

Deno.test("of headers with one name the first counts, and white space around it does not", () => {
  const { headers } = read("HTTP/1.1 302 Found\r\nLocation: \t/a b \r\nLOCATION:/c\r\nX:\r\n\r\n");
  assertEquals(headers, { location: "/a b", x: "" });
});

Deno.test("a reply that is cut off is told", () => {
  for (
    const text of [
      "",
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ]
  ) {
    const error = assertThrows(() => read(text), WireError, "hung up in the middle");
    assertEquals(error.code, "truncated");
  }
});

Deno.test("what is no HTTP reply, or over a limit, is refused", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const cases: [string, string][] = [
    ["SSH-2.0-OpenSSH\r\n\r\n", "does not begin as one"],
    ["HTTP/2 200\r\n\r\n", "does not begin as one"],
    ["HTTP/1.1 999 What\r\n\r\n", "does not begin as one"],
    ["HTTP/1.1 200 OK\r\nno header\r\n\r\n", "a header of it is none"],
    ["HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "a header of it is none"],
    ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "content-length is no number"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "its body is over 1000 bytes"],
    [`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(1001)}`, "its body is over 1000 bytes"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "was not asked for"],
    [`${chunked}3e9\r\n`, "its body is over 1000 bytes"],
    [`${chunked}200\r\n${"x".repeat(512)}\r\n200\r\n`, "its body is over 1000 bytes"],
    [`${chunked}ffffffffff\r\n`, "does not tell its size"],
    [`${chunked}-1\r\n`, "does not tell its size"],
    [`${chunked}1\r\nab\r\n`, "longer than it says"],
    [`${chunked}${"0".repeat(2000)}`, "too long"],
    [`${chunked}0\r\n${"a: b\r\n".repeat(100)}`, "too much behind its last chunk"],
    ["x".repeat(20_000), "its head is over 16384 bytes"],
    [`HTTP/1.1 200 OK\r\na: ${"x".repeat(17_000)}\r\n\r\n`, "its head is over 16384 bytes"],
    ["HTTP/1.1 100 Continue\r\n\r\n".repeat(5), "too often"],
  ];
  for (const [text, message] of cases) {
    for (const parts of [[text], [...text]]) {
      const error = assertThrows(() => read(...parts), WireError, message);
      assertEquals([error.code, error.fault], ["bad_message", "remote"]);
    }
  }
});
