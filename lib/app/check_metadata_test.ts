import { assertEquals } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { infoHash, infoHashV2 } from "../base/ids.ts";
import { isMetadataOf } from "./check_metadata.ts";

Deno.test("metadata: it agrees with every hash that is known, or is not taken", () => {
  const bytes = new TextEncoder().encode("d4:name1:ae");
  const v1 = infoHash(createHash("sha1").update(bytes).digest("hex"))!;
  const v2 = infoHashV2(createHash("sha256").update(bytes).digest("hex"))!;
  const other1 = infoHash("11".repeat(20))!;
  const other2 = infoHashV2("22".repeat(32))!;
  assertEquals(isMetadataOf(bytes, { v1 }), true);
  assertEquals(isMetadataOf(bytes, { v2 }), true);
  assertEquals(isMetadataOf(bytes, { v1, v2 }), true);
  assertEquals(isMetadataOf(bytes, { v1: other1 }), false);
  assertEquals(isMetadataOf(bytes, { v1, v2: other2 }), false);
  assertEquals(isMetadataOf(bytes, { v1: other1, v2 }), false);
});
