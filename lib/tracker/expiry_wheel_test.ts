import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { ExpiryWheel } from "./expiry_wheel.ts";
import { PeerSlab } from "./peer_slab.ts";

Deno.test("expiry wheel: all leave in their tick, those set anew in the later one, in small slices", () => {
  const step = fc.record({
    which: fc.nat({ max: 9 }),
    ttl: fc.integer({ min: 1_000, max: 9_000 }),
    wait: fc.oneof(fc.nat({ max: 900 }), fc.constant(50_000)),
    most: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
    const slab = new PeerSlab();
    const slots = Array.from({ length: 10 }, () => slab.take());
    const wheel = new ExpiryWheel(slab, { min: 1_000, max: 9_000 });
    assertEquals(wheel.tickMs, 1);
    const due = new Map<number, number>();
    let now = -20_000;
    for (const { which, ttl, wait, most } of steps) {
      const slot = slots[which]!;
      wheel.set(slot, now + ttl, now, due.has(slot));
      due.set(slot, now + ttl);
      assertEquals(wheel.remaining(slot, now), ttl);
      now += wait;
      const expected = [...due].filter(([, time]) => time <= now).map(([slot]) => slot);
      assertEquals(
        slots.filter((slot) => due.has(slot) && wheel.isDue(slot, now)).length,
        expected.length,
      );
      assertEquals(wheel.isAnyDue([...due.keys()], now), expected.length > 0);
      const left: number[] = [];
      for (let done = false; !done;) {
        const before = left.length;
        done = wheel.empty(now, most, (slot) => {
          wheel.remove(slot);
          left.push(slot);
          due.delete(slot);
        });
        assert(left.length - before <= most);
      }
      assertEquals(left.sort((a, b) => a - b), expected.sort((a, b) => a - b));
    }
  }));
});

Deno.test("expiry wheel: who is set while many wait to leave stays for its time", () => {
  const slab = new PeerSlab();
  const wheel = new ExpiryWheel(slab, { min: 240_000, max: 3_600_000 });
  const old = Array.from({ length: 100 }, () => slab.take());
  for (const slot of old) wheel.set(slot, 240_000, 0, false);
  const leave = (slot: number) => wheel.remove(slot);
  const late = 2_000_000;
  assertEquals(wheel.empty(late, 50, leave), false);
  const young = slab.take();
  wheel.set(young, late + 3_600_000, late, false);
  assertEquals(wheel.empty(late, 1_000, leave), true);
  const left: number[] = [];
  const note = (slot: number) => {
    wheel.remove(slot);
    left.push(slot);
  };
  wheel.empty(late + 3_599_000, 1_000, note);
  assertEquals(left, []);
  wheel.empty(late + 3_600_000, 1_000, note);
  assertEquals(left, [young]);
});
