import { assertEquals } from "jsr:@std/assert@1";
import { infoHash } from "../base/ids.ts";
import { Departures } from "./departures.ts";

const HASHES = ["11", "12", "13"].map((digits) => infoHash(digits.repeat(20))!);

Deno.test("departures: who left is known until then, and from each hash", () => {
  const departures = new Departures();
  departures.note(HASHES.slice(0, 2), "192.0.2.1", 1, 500.7);
  const has = (at: number, seen: number, port = 1) =>
    departures.has([HASHES[at]!], "192.0.2.1", port, seen);
  assertEquals([has(0, 499), has(1, 500.9), has(0, 501)], [true, true, false]);
  assertEquals([has(2, 1), has(0, 1, 2)], [false, false]);
  departures.note([HASHES[0]!], "192.0.2.1", 1, 300); // heard of later
  assertEquals(has(0, 500), true);
  assertEquals(departures.has(HASHES, "192.0.2.1", 1, 400), true);
});

Deno.test("departures: the one that left first is forgotten first", () => {
  const departures = new Departures(2);
  for (let port = 1; port <= 3; port++) departures.note([HASHES[0]!], "::1", port, port);
  const left = [...departures.since(0)].map(({ port, host, seen }) => [port, host, seen]);
  assertEquals(left, [[2, "::1", 2], [3, "::1", 3]]);
  assertEquals([...departures.since(2)].length, 1);
});
