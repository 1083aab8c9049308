import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { gzipSync } from "node:zlib";
import { DiscoveryError } from "./errors.ts";
import { gunzip } from "./gunzip.ts";

const zipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));

Deno.test("gzip is undone up to the limit", async () => {
  for (const length of [0, 1, 1_000]) {
    assertEquals(
      await gunzip(zipped(new Uint8Array(length).fill(7)), 1_000),
      new Uint8Array(length).fill(7),
    );
  }
});

Deno.test("what is no gzip, cut off, or unpacks to too much is refused", async () => {
  const bomb = zipped(new Uint8Array(50_000_000));
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3), bomb, bomb.subarray(0, 9_000)]) {
    const error = await assertRejects(() => gunzip(bytes, 1_000), DiscoveryError, "gzip");
    assertEquals(error.code, "bad_answer");
  }
});
