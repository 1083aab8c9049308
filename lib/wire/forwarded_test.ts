import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { addressKind } from "../base/ip.ts";
import { clientAddress } from "./forwarded.ts";

const PROXY = "10.0.0.1";
const trusts = (host: string) => host.startsWith("10.") || host === "fd00::1";

const xff = (list: string, peer = PROXY) =>
  clientAddress(peer, new Map([["x-forwarded-for", list]]), trusts);
const forwarded = (header: string, peer = PROXY) =>
  clientAddress(peer, new Map([["forwarded", header]]), trusts);

Deno.test("forwarded: nobody else's word counts", () => {
  assertEquals(xff("192.0.2.1", "198.51.100.1"), "198.51.100.1");
  assertEquals(forwarded("for=192.0.2.1", "198.51.100.1"), "198.51.100.1");
  assertEquals(clientAddress(PROXY, new Map(), trusts), PROXY);
});

Deno.test("forwarded: the nearest address that is not trusted is the client's", () => {
  const table: [string, string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["203.0.113.9, 192.0.2.1", "192.0.2.1"],
    ["203.0.113.9,192.0.2.1,10.9.9.9 , 10.0.0.2", "192.0.2.1"],
    ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["[2001:db8::1]:80, fd00::1", "2001:db8::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["127.0.0.1", "127.0.0.1"],
  ];
  for (const [list, client] of table) assertEquals(xff(list), client, list);
});

Deno.test("forwarded: what names no address, and what is behind it, does not count", () => {
  const wrong = ["", " ", ",", "192.0.2.1,", "unknown", "_hidden", "example.org", "0.0.0.0"];
  wrong.push("224.0.0.1", "255.255.255.255", "::", "ff02::1", "fe80::1%eth0", "01.2.3.4");
  wrong.push(
    "192.0.2.1:999999",
    "[192.0.2.1",
    "1.2.3.4 5.6.7.8",
    "192.0.2.1\u0000",
    "x".repeat(8000),
  );
  for (const list of wrong) assertEquals(xff(list), PROXY, list);
  assertEquals(xff("192.0.2.1, unknown, 10.0.0.2"), "10.0.0.2");
});

Deno.test("forwarded: the header of RFC 7239", () => {
  const table: [string, string][] = [
    ["for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"],
    ['For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
    ["for=192.0.2.43, for=198.51.100.17", "198.51.100.17"],
    ["for=192.0.2.43, for=10.0.0.7;by=_x", "192.0.2.43"],
    ['by="a,b;c\\"";for="192.0.2.1"', "192.0.2.1"],
    ["for=192.0.2.1;;", "192.0.2.1"],
    ["for=192.0.2.1:80", "192.0.2.1"],
    ["for=unknown", PROXY],
    ["for=_secret", PROXY],
    ["for=192.0.2.1, proto=http", PROXY],
    ["for=192.0.2.1;for=192.0.2.2", PROXY],
    ['for="192.0.2.1', PROXY],
    ["for=192.0.2.1, =", PROXY],
    ["for 192.0.2.1", PROXY],
    ["", PROXY],
  ];
  for (const [header, client] of table) assertEquals(forwarded(header), client, header);
});

Deno.test("forwarded: where both headers are, X-Forwarded-For counts", () => {
  const headers = new Map([["x-forwarded-for", "192.0.2.1"], ["forwarded", "for=192.0.2.2"]]);
  assertEquals(clientAddress(PROXY, headers, trusts), "192.0.2.1");
});

Deno.test("forwarded: any header leads to one machine's address, and is read to its end", () => {
  const part = fc.constantFrom(...'for=;," \\[]:.19_x', "192.0.2.1", "10.0.0.2", "::1", 'for="');
  const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(fc.property(text, (text) => {
    for (const client of [xff(text), forwarded(text)]) {
      const kind = addressKind(client);
      assert(!["invalid", "unspecified", "multicast", "broadcast"].includes(kind), client);
    }
  }));
  for (const text of [",", ";", "for=", 'for="\\', "10.0.0.2,", "for=10.0.0.2,", "a=b;"]) {
    const long = text.repeat(8192 / text.length);
    for (let times = 0; times < 10; times++) [xff(long), forwarded(long)];
  }
});
