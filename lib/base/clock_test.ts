import { assert } from "jsr:@std/assert@1";
import { systemClock } from "./clock.ts";

Deno.test("the system's clock goes on, whatever the time of day does", () => {
  const { now } = Date;
  try {
    let last = systemClock.now();
    for (let n = 0; n < 1_000; n++) {
      Date.now = () => now() - n * 3_600_000; // somebody sets the clock back
      const next = systemClock.now();
      assert(next >= last && next - last < 3_600_000, `${last}, then ${next}`);
      last = next;
    }
  } finally {
    Date.now = now;
  }
});
