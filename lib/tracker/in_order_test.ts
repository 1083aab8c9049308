import { assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { InOrder } from "./in_order.ts";

Deno.test("in order: what is added anywhere and taken out is read sorted from any point on", () => {
  const step = fc.record({ order: fc.nat({ max: 30 }), after: fc.nat({ max: 30 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
    const list = new InOrder<{ readonly order: number }>();
    const model = new Map<number, { readonly order: number }>();
    for (const { order, after } of steps) {
      const known = model.get(order);
      if (known) {
        list.remove(known);
        model.delete(order);
      } else {
        const one = { order };
        list.add(one);
        model.set(order, one);
      }
      const expected = [...model.keys()].sort((a, b) => a - b).filter((one) => one > after);
      assertEquals([...list.after(after)].map(({ order }) => order), expected);
      assertEquals(list.size, model.size);
    }
  }));
});
