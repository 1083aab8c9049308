import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { infoHash } from "../base/ids.ts";
import { HashSet } from "./hash_set.ts";

/** Hashes of which many differ in one digit only. */
const hashes = fc.tuple(fc.integer({ min: 0, max: 39 }), fc.constantFrom(..."0123456789abcdef"))
  .map(([at, digit]) => infoHash("5".repeat(at) + digit + "5".repeat(39 - at))!);

Deno.test("hash set: it holds what was added, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(hashes), fc.array(hashes), fc.nat(), (added, asked, seed) => {
      const set = new HashSet(seededRandom(seed));
      const model = new Set<string>();
      for (const hash of added) {
        set.add(hash);
        model.add(hash);
        assertEquals(set.size, model.size);
      }
      for (const hash of [...added, ...asked]) assertEquals(set.has(hash), model.has(hash));
    }),
  );
});

Deno.test("hash set: many in a row", () => {
  const set = new HashSet(seededRandom(1));
  const hash = (n: number) => infoHash(n.toString(16).padStart(40, "0"))!;
  for (let n = 0; n < 10_000; n += 2) set.add(hash(n));
  assertEquals(set.size, 5_000);
  for (let n = 0; n < 10_000; n++) assertEquals(set.has(hash(n)), n % 2 === 0);
});
