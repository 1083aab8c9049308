import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { TrackerError } from "./errors.ts";
import { type ClassicOptions, ClassicPeers, MAX_PEERS_PER_GROUP } from "./classic_peers.ts";

const OPTIONS: ClassicOptions = {
  ttlMs: 1_000,
  maxPeersPerName: 100,
  maxPortsPerAddress: 5,
};
const registryWith = (options: Partial<ClassicOptions> = {}) =>
  new ClassicPeers({ ...OPTIONS, ...options });

/** Who has a share, as `host:port`. */
function found(registry: ClassicPeers, name: string, now: number, most = 1_000): string[] {
  return registry.find(name, most, now).map(({ host, port }) => `${host}:${port}`);
}

function refusalOf(act: () => void): string {
  const error = assertThrows(act, TrackerError);
  assertEquals(error.fault, "remote");
  return error.code;
}

Deno.test("classic peers: the freshest peers come first, and others' names stay apart", () => {
  const registry = registryWith();
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("a", "192.0.2.2", 2, 1);
  registry.register("b", "192.0.2.3", 3, 2);
  assertEquals(found(registry, "a", 3), ["192.0.2.2:2", "192.0.2.1:1"]);
  assertEquals(found(registry, "b", 3), ["192.0.2.3:3"]);
  assertEquals(found(registry, "c", 3), []);
  assertEquals([registry.names, registry.peers], [2, 3]);
});

Deno.test("classic peers: the same address and port twice is one peer that is fresh again", () => {
  const registry = registryWith();
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("a", "192.0.2.2", 2, 1);
  registry.register("a", "192.0.2.1", 1, 2);
  assertEquals(found(registry, "a", 3), ["192.0.2.1:1", "192.0.2.2:2"]);
  assertEquals(registry.peers, 2);
  const byAge = registry.find("a", 10, 3).toSorted((a, b) => a.order - b.order);
  assertEquals(byAge.map(({ port, seen }) => [port, seen]), [[1, 2], [2, 1]]);
});

Deno.test("classic peers: find cuts to the freshest", () => {
  const registry = registryWith();
  for (let n = 1; n <= 5; n++) registry.register("a", `192.0.2.${n}`, n, n);
  assertEquals(found(registry, "a", 6, 2), ["192.0.2.5:5", "192.0.2.4:4"]);
});

Deno.test("classic peers: who does not renew in time is gone at the millisecond", () => {
  const registry = registryWith();
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("a", "192.0.2.2", 2, 500);
  assertEquals(found(registry, "a", 999).length, 2);
  assertEquals(found(registry, "a", 1_000), ["192.0.2.2:2"]);
  registry.register("a", "192.0.2.2", 2, 1_400);
  assertEquals(found(registry, "a", 2_399), ["192.0.2.2:2"]);
  assertEquals(found(registry, "a", 2_400), []);
  assertEquals([registry.names, registry.peers], [0, 0]);
});

Deno.test("classic peers: expire lets the names leave that nobody has any more", () => {
  const registry = registryWith();
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("b", "192.0.2.1", 1, 500);
  registry.expire(999);
  assertEquals([registry.names, registry.peers], [2, 2]);
  registry.expire(1_000);
  assertEquals([registry.names, registry.peers], [1, 1]);
  registry.expire(1_500);
  assertEquals([registry.names, registry.peers], [0, 0]);
});

Deno.test("classic peers: one port too many of an address takes its oldest one's place", () => {
  const registry = registryWith({ maxPortsPerAddress: 2 });
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("a", "192.0.2.9", 9, 1);
  registry.register("a", "192.0.2.1", 2, 2);
  registry.register("a", "192.0.2.1", 1, 3); // renewed: port 2 is the oldest now
  registry.register("a", "192.0.2.1", 3, 4);
  assertEquals(found(registry, "a", 5), ["192.0.2.1:3", "192.0.2.1:1", "192.0.2.9:9"]);
  registry.register("b", "192.0.2.1", 4, 5);
  assertEquals(registry.peers, 4);
});

Deno.test("classic peers: loopback has as many ports as it likes, as often as it likes", () => {
  const registry = registryWith({ maxPortsPerAddress: 1 });
  for (const host of ["127.0.0.1", "::1"]) {
    for (let port = 1; port <= 20; port++) registry.register("a", host, port, 0);
  }
  assertEquals(registry.peers, 40);
});

Deno.test("classic peers: a full name refuses new peers, renews old ones, and takes replacements", () => {
  const registry = registryWith({ maxPeersPerName: 2, maxPortsPerAddress: 1 });
  registry.register("a", "192.0.2.1", 1, 0);
  registry.register("a", "192.0.2.2", 2, 1);
  assertEquals(refusalOf(() => registry.register("a", "192.0.2.3", 3, 2)), "name_full");
  assertEquals(refusalOf(() => registry.register("a", "127.0.0.1", 3, 2)), "name_full");
  registry.register("a", "192.0.2.1", 1, 3);
  registry.register("a", "192.0.2.2", 20, 4);
  assertEquals(found(registry, "a", 5), ["192.0.2.2:20", "192.0.2.1:1"]);
  registry.register("a", "192.0.2.3", 3, 1_003); // the first two: one is gone by now
  assertEquals(found(registry, "a", 1_003), ["192.0.2.3:3", "192.0.2.2:20"]);
});

Deno.test("classic peers: one address holds so many registrations in all, until they expire", () => {
  const registry = registryWith();
  for (let n = 0; n < MAX_PEERS_PER_GROUP; n++) registry.register(`name ${n}`, "192.0.2.1", 1, 0);
  assertEquals(refusalOf(() => registry.register("more", "192.0.2.1", 1, 1)), "too_many_names");
  assertEquals([registry.names, registry.peers], [MAX_PEERS_PER_GROUP, MAX_PEERS_PER_GROUP]);
  registry.register("name 0", "192.0.2.1", 1, 1);
  const another = () => registry.register("name 0", "192.0.2.1", 2, 500);
  assertEquals(refusalOf(another), "too_many_names");
  registry.register("more", "192.0.2.2", 1, 500);
  registry.expire(1_001);
  registry.register("even more", "192.0.2.1", 1, 1_001);
  assertEquals(registry.peers, 2);
});

Deno.test("classic peers: a refused registration leaves no empty name behind", () => {
  const registry = registryWith();
  registry.register("old", "192.0.2.2", 1, 0);
  for (let n = 0; n < MAX_PEERS_PER_GROUP; n++) registry.register(`name ${n}`, "192.0.2.1", 1, 500);
  assertEquals(refusalOf(() => registry.register("old", "192.0.2.1", 1, 1_000)), "too_many_names");
  assertEquals([registry.names, registry.peers], [MAX_PEERS_PER_GROUP, MAX_PEERS_PER_GROUP]);
});

type Step =
  | {
    readonly kind: "register";
    readonly name: string;
    readonly host: string;
    readonly port: number;
  }
  | { readonly kind: "find"; readonly name: string; readonly most: number }
  | { readonly kind: "expire" };

interface Entry {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly seen: number;
}

/** The same rules over one plain list, the oldest first; the error's code where it refuses. */
class Model {
  entries: Entry[] = [];

  register(name: string, host: string, port: number, now: number): string | undefined {
    this.forget(now);
    const same = (one: Entry) => one.name === name && one.host === host && one.port === port;
    const ports = this.entries.filter((one) => one.name === name && one.host === host);
    if (!this.entries.some(same)) {
      const swarm = this.entries.filter((one) => one.name === name);
      if (host !== "127.0.0.1" && ports.length >= 2) {
        this.entries = this.entries.filter((one) => one !== ports[0]);
      } else if (swarm.length >= 4) return "name_full";
    }
    this.entries = this.entries.filter((one) => !same(one));
    this.entries.push({ name, host, port, seen: now });
    return undefined;
  }

  forget(now: number): void {
    this.entries = this.entries.filter((one) => now - one.seen < 100);
  }
}

Deno.test("classic peers: any sequence of calls agrees with a simple model", () => {
  const name = fc.constantFrom("a", "b", "c");
  const host = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", "127.0.0.1");
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant("register" as const), name, host, port: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant("find" as const), name, most: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant("expire" as const) }),
  );
  const steps = fc.array(fc.tuple(fc.nat({ max: 30 }), step), { maxLength: 80, size: "max" });
  fc.assert(
    fc.property(steps, (all) => {
      const registry = registryWith({ ttlMs: 100, maxPeersPerName: 4, maxPortsPerAddress: 2 });
      const model = new Model();
      let now = 0;
      for (const [wait, one] of all) {
        now += wait;
        if (one.kind === "register") {
          const register = () => registry.register(one.name, one.host, one.port, now);
          const refusal = model.register(one.name, one.host, one.port, now);
          if (refusal === undefined) register();
          else assertEquals(refusalOf(register), refusal);
        } else if (one.kind === "find") {
          model.forget(now);
          const expected = model.entries.filter(({ name }) => name === one.name)
            .slice(-one.most).reverse().map(({ host, port }) => `${host}:${port}`);
          assertEquals(found(registry, one.name, now, one.most), expected);
        }
        registry.expire(now);
        model.forget(now);
        assertEquals(registry.peers, model.entries.length);
        assertEquals(registry.names, new Set(model.entries.map(({ name }) => name)).size);
      }
      assert(registry.peers <= 12);
    }),
    { numRuns: 300 },
  );
});

Deno.test("classic peers: many names are looked at in several goes", () => {
  const peers = registryWith();
  const names = Array.from({ length: 45_000 }, (_, n) => `name ${n}`);
  for (const name of names) peers.register(name, "127.0.0.1", 1, 0);
  const goes = [1, 2, 3].map(() => [peers.expire(1e9), peers.names]);
  assertEquals(goes, [[false, 25_000], [false, 5_000], [true, 0]]);
  assertEquals(peers.expire(1e9), true);
});
