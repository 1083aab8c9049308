import { assertEquals } from "jsr:@std/assert@1";
import { ownUrls } from "./own_urls.ts";

const PORTS = { http: 6969, line: 8000, secure: false };

Deno.test("own urls: as the asker named the tracker, for every door", () => {
  assertEquals(ownUrls("t.example:6969", PORTS), [
    "tcp://t.example:8000",
    "http://t.example:6969/announce",
    "udp://t.example:6969/announce",
  ]);
  assertEquals(ownUrls("[2001:db8::1]:6969", { http: 6969, secure: true }), [
    "https://[2001:db8::1]:6969/announce",
    "udp://[2001:db8::1]:6969/announce",
  ]);
  assertEquals(ownUrls("t.example", PORTS), ["http://t.example/announce"]);
  assertEquals(ownUrls("t.example:6969", { http: 6969, secure: false, key: "a/b" }), [
    "http://t.example:6969/a%2Fb/announce",
    "udp://t.example:6969/a%2Fb/announce",
  ]);
});

Deno.test("own urls: they are of the scheme by which a proxy was asked, if it tells one", () => {
  const told = (forwarded: string, secure = false) =>
    ownUrls("t.example", { ...PORTS, secure }, forwarded)[0];
  assertEquals(told("https"), "https://t.example/announce");
  assertEquals(told("HTTPS, http"), "https://t.example/announce");
  assertEquals(told("http", true), "http://t.example/announce");
  for (const other of ["", "javascript", "https://x", ",https", "https;"]) {
    assertEquals([other, told(other)], [other, "http://t.example/announce"]);
  }
});

Deno.test("own urls: what is no host names nothing", () => {
  for (const host of [undefined, "", "a b", "a/b", "a:99999", "a@b", "[::1", "<b>", "a:1:2", "é"]) {
    assertEquals([host, ownUrls(host, PORTS)], [host, []]);
  }
});
