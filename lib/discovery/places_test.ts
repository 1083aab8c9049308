import { assertEquals, assertRejects, assertStrictEquals } from "jsr:@std/assert@1";
import { DiscoveryError } from "./errors.ts";
import { placesOf } from "./places.ts";

const never = new AbortController().signal;

/** The addresses that may be asked of those that a name stands for. */
async function allowed(local: boolean, ...addresses: string[]): Promise<string[]> {
  const options = { local, resolve: () => Promise.resolve(addresses) };
  const places = await placesOf(new URL("http://tracker.example/a"), options, never);
  return places.map(({ address, family, kind }) => `${address} ${family} ${kind}`);
}

Deno.test("IPv4 addresses come first, each once, mapped ones as IPv4", async () => {
  assertEquals(
    await allowed(false, "2001:db8::1", "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
    ["192.0.2.1 4 public", "192.0.2.2 4 public", "2001:db8::1 6 public"],
  );
});

Deno.test("local addresses are asked only where that is wanted", async () => {
  const local = ["127.0.0.1", "10.0.0.1", "169.254.1.1", "::1", "fe80::1", "fd00::1"];
  assertEquals(await allowed(false, ...local, "192.0.2.1"), ["192.0.2.1 4 public"]);
  assertEquals((await allowed(true, ...local, "192.0.2.1")).length, 7);
  for (const address of [...local, "::ffff:127.0.0.1"]) {
    const error = await assertRejects(
      () => allowed(false, address),
      DiscoveryError,
      "tracker.example is the",
    );
    assertEquals([error.code, error.fault], ["forbidden", "remote"]);
  }
});

Deno.test("what is no server's address is never asked", async () => {
  for (const address of ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "what"]) {
    const error = await assertRejects(() => allowed(true, address), DiscoveryError);
    assertEquals(error.code, "forbidden");
  }
});

Deno.test("a name without an address is told", async () => {
  const none = await assertRejects(() => allowed(true), DiscoveryError, "has no address");
  assertEquals(none.code, "unreachable");
  const resolve = () => Promise.reject(new Error("ENOTFOUND\n"));
  const url = new URL("udp://nowhere.example:1");
  const error = await assertRejects(
    () => placesOf(url, { local: true, resolve }, never),
    DiscoveryError,
    "its name is not found: ENOTFOUND\\u{a}",
  );
  assertEquals(error.code, "unreachable");
});

Deno.test("literals need no name server, and brackets are no part of them", async () => {
  for (const [url, address] of [["udp://[::1]:1/", "::1"], ["http://127.0.0.1/", "127.0.0.1"]]) {
    const [place] = await placesOf(new URL(url!), { local: true }, never);
    assertEquals([place?.address, place?.kind], [address, "loopback"]);
  }
});

Deno.test("the signal's reason ends the wait", async () => {
  const reason = new Error("enough");
  const options = { local: true, resolve: () => new Promise<string[]>(() => {}) };
  const error = await assertRejects(() =>
    placesOf(new URL("http://a/"), options, AbortSignal.abort(reason))
  );
  assertStrictEquals(error, reason);
});
