import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { ShardedMap } from "./sharded_map.ts";

Deno.test("sharded map: is like a map", () => {
  const key = fc.string({ maxLength: 3 });
  const step = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) });
  fc.assert(fc.property(fc.array(step), key, (steps, other) => {
    const sharded = new ShardedMap<number>();
    const map = new Map<string, number>();
    for (const { key, value } of steps) {
      if (value === undefined) {
        sharded.delete(key);
        map.delete(key);
      } else {
        sharded.set(key, value);
        map.set(key, value);
      }
      for (const one of [key, other]) assertEquals(sharded.get(one), map.get(one));
    }
  }));
});
