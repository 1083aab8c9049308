import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { RateLimiter } from "./rate_limiter.ts";

const limiter = (options = {}) => new RateLimiter({ rate: 10, burst: 5, maxKeys: 3, ...options });

/** How many of so many tries at one moment are let through. */
function through(limits: RateLimiter, key: string, now: number, tries = 20): number {
  let count = 0;
  for (let n = 0; n < tries; n++) if (limits.take(key, now)) count++;
  return count;
}

Deno.test("a burst goes through at once, then the rate holds", () => {
  const limits = limiter();
  assertEquals(through(limits, "a", 1_000), 5);
  assertEquals(through(limits, "a", 1_050), 0);
  assertEquals(through(limits, "a", 1_100), 1);
  assertEquals(through(limits, "a", 1_400), 3);
  assertEquals(through(limits, "a", 1_000_000), 5);
});

Deno.test("keys are limited each for itself", () => {
  const limits = limiter();
  assertEquals(through(limits, "a", 0), 5);
  assertEquals(through(limits, "b", 0), 5);
});

Deno.test("tries that fail cost nothing: who asks on and on still gets its rate", () => {
  const limits = limiter();
  let count = 0;
  for (let now = 0; now < 10_000; now++) if (limits.take("a", now)) count++;
  assert(count >= 104 && count <= 105, `${count} in 10 s`);
});

Deno.test("only so many keys are remembered; the one not heard of for longest is forgotten", () => {
  const limits = limiter();
  for (const key of ["a", "b", "c"]) assertEquals(through(limits, key, 0), 5);
  limits.take("a", 1); // "b" is now the oldest
  assert(limits.take("d", 1));
  assertEquals(limits.size, 3);
  assertEquals([limits.take("a", 1), limits.take("c", 1)], [false, false]);
  assert(limits.take("b", 1), "forgotten, so its bucket is full");
});

Deno.test("in no window does a key get more than burst and rate together", () => {
  const waits = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 100 });
  fc.assert(fc.property(waits, (steps) => {
    const limits = limiter();
    const taken: number[] = [];
    let now = 0;
    for (const step of steps) {
      now += step;
      if (limits.take("a", now)) taken.push(now);
    }
    for (let from = 0; from < taken.length; from++) {
      for (let to = from; to < taken.length; to++) {
        const most = 5 + (taken[to]! - taken[from]!) / 1000 * 10;
        assert(to - from + 1 <= most + 1e-6);
      }
    }
  }));
});
