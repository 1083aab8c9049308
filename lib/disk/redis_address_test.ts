import { assertEquals, assertMatch, assertThrows } from "jsr:@std/assert@1";
import { StoreError } from "../tracker/store.ts";
import { parseRedisUrl, placeOf } from "./redis_address.ts";

Deno.test("redis address: what stands in a URL, and what is shown of it", () => {
  const plain = parseRedisUrl("redis://example.org");
  assertEquals(plain, { host: "example.org", port: 6379, database: 0, tls: false });
  const all = parseRedisUrl("rediss://me:p%40ss%2Fword@[2001:db8::1]:7000/12");
  assertEquals(all, {
    host: "2001:db8::1",
    port: 7000,
    database: 12,
    tls: true,
    user: "me",
    password: "p@ss/word",
  });
  assertEquals(placeOf(plain), "redis://example.org:6379/0");
  assertEquals(placeOf(all), "rediss://[2001:db8::1]:7000/12");
  assertEquals(parseRedisUrl("redis://:secret@localhost/").password, "secret");
});

Deno.test("redis address: one that cannot be used is said without its password", () => {
  const wrong = [
    "redis:",
    "redis://",
    "redis://:secret@",
    "redis://me:secret@example.org:99999",
    "redis://me:secret@example.org/name",
    "redis://me:secret@example.org/1?family=6",
    "redis://me:secret%zz@example.org",
    "http://me:secret@example.org",
  ];
  for (const url of wrong) {
    const error = assertThrows(() => parseRedisUrl(url), StoreError) as StoreError;
    assertMatch(error.message, /cannot be used: .*; it is redis:\/\/\[USER:PASSWORD@\]HOST/);
    assertEquals([error.code, /secret/.test(Deno.inspect(error))], ["unavailable", false]);
  }
});
