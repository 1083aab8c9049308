import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { OldestKeys } from "./oldest_keys.ts";

Deno.test("oldest keys: always the one that was set longest ago", () => {
  const steps = fc.array(fc.nat({ max: 30 }), { maxLength: 300, size: "max" });
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 20 }), (steps, most) => {
    const map = new Map<number, boolean>();
    const oldest = new OldestKeys(map);
    for (const key of steps) {
      map.delete(key);
      if (key % 7 === 0) continue;
      map.set(key, true);
      if (map.size <= most) continue;
      const [expected] = map.keys();
      const found = oldest.next();
      assertEquals(found, expected);
      map.delete(found);
    }
  }));
});
