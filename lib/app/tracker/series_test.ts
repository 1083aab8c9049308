import { assertEquals } from "jsr:@std/assert@1";
import { Series } from "./series.ts";

function newSeries() {
  const size = { stepMs: 10, count: 4 };
  return new Series(["a", "b"], size, (length) => new Float64Array(length));
}

Deno.test("series: as many are kept as there is room for, the oldest first", () => {
  const series = newSeries();
  assertEquals(series.read(25), { end: 20, values: { a: [], b: [] } });
  for (let step = 2; step < 5; step++) series.write(step, [step, -step]);
  assertEquals(series.read(51), { end: 50, values: { a: [2, 3, 4], b: [-2, -3, -4] } });
  for (let step = 5; step < 9; step++) series.write(step, [step, NaN]);
  series.write(7, [0, 0]);
  const b = [null, null, null, null];
  assertEquals(series.read(90), { end: 90, values: { a: [5, 6, 7, 8], b } });
});

Deno.test("series: what was not written is not known", () => {
  const series = newSeries();
  series.write(0, [1, 1]);
  series.write(2, [3, 3]);
  assertEquals(series.read(30).values.a, [1, null, 3]);
  assertEquals(series.read(45), { end: 30, values: { a: [1, null, 3], b: [1, null, 3] } });
  assertEquals(series.read(59), {
    end: 40,
    values: { a: [1, null, 3, null], b: [1, null, 3, null] },
  });
  assertEquals(series.read(62).values.a, [null, 3, null, null]);
  assertEquals(series.read(9_000).values.a, [null, null, null, null]);
  series.write(1_000, [9, 9]);
  assertEquals(series.read(10_011).values.a, [null, null, null, 9]);
});

Deno.test("series: times may be below zero", () => {
  const series = newSeries();
  for (let step = -3; step < 2; step++) series.write(step, [step, 0]);
  assertEquals(series.read(20).values.a, [-2, -1, 0, 1]);
});
