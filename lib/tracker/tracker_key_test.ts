import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { toHex } from "../base/bytes.ts";
import { hexOfBase32 } from "../meta/base32.ts";
import { hashOfKey, isTrackerKey, KEY_BYTES, trackerKey, withoutKeys } from "./tracker_key.ts";

Deno.test("tracker key: base32 of its bytes, as others read it", () => {
  const bytes = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES });
  fc.assert(fc.property(bytes, (bytes) => {
    const key = trackerKey(bytes);
    assert(isTrackerKey(key));
    assertEquals(hexOfBase32(key), toHex(bytes));
    assertMatch(hashOfKey(key), /^[0-9a-f]{64}$/);
  }));
});

Deno.test("tracker key: no log shows one", () => {
  const key = trackerKey(new Uint8Array(KEY_BYTES).fill(9));
  assertEquals(withoutKeys(`/${key}/announce?x=${key}`), "/…/announce?x=…");
  assertEquals(withoutKeys(`/${key}a/announce`), `/${key}a/announce`);
  assertEquals(withoutKeys("/api/v1/shares"), "/api/v1/shares");
});
