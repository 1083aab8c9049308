import { assert, assertEquals, assertMatch, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { seededRandom } from "../../tests/support/seeded_random.ts";
import { type InfoHash, infoHash, infoHashV2, truncated } from "../base/ids.ts";
import { Access, type ShareHashes } from "./access.ts";
import { AddressSet } from "./address_set.ts";
import { TrackerError } from "./errors.ts";
import { HashSet } from "./hash_set.ts";
import { hashOfKey, trackerKey } from "./tracker_key.ts";

const v1 = (digit: string) => infoHash(digit.repeat(40))!;
const v2 = (digit: string) => infoHashV2(digit.repeat(64))!;

function hashes(...all: InfoHash[]): HashSet {
  const set = new HashSet(seededRandom(1));
  for (const hash of all) set.add(hash);
  return set;
}

function codeOf(act: () => void): string {
  const error = assertThrows(act, TrackerError);
  return (error as unknown as TrackerError).code;
}

Deno.test("access: without lists and keys everybody may do everything", () => {
  const access = new Access();
  access.admitAddress("192.0.2.1");
  access.admitShare({ v1: v1("1") }, () => undefined);
  access.admitClassic(true);
  access.admitKey(undefined);
  assert(!access.isPrivate);
});

Deno.test("access: an address on the deny list is refused, also one that is allowed", () => {
  const access = new Access();
  const [deny, allow] = [AddressSet.of(["192.0.2.0/28"]), AddressSet.of(["192.0.2.0/24"])];
  assert(deny instanceof AddressSet && allow instanceof AddressSet);
  access.lists = { denyAddresses: deny };
  assertEquals(["192.0.2.1", "198.51.100.1"].map((one) => access.takesAddress(one)), [false, true]);
  access.lists = { denyAddresses: deny, allowAddresses: allow };
  const asked = ["192.0.2.1", "192.0.2.16", "198.51.100.1", "::1"];
  assertEquals(asked.map((one) => access.takesAddress(one)), [false, true, false, false]);
  assertEquals(codeOf(() => access.admitAddress("::1")), "forbidden");
});

Deno.test("access: a share is on a list if any hash is that is told or known of it", () => {
  const known = (hash: InfoHash): ShareHashes | undefined =>
    hash === v1("1") || hash === truncated(v2("2")) ? { v1: v1("1"), v2: v2("2") } : undefined;
  const one: ShareHashes[] = [{ v1: v1("1") }, { hash: v1("1") }, { v2: v2("2") }];
  one.push({ hash: truncated(v2("2")) });
  for (const listed of [v1("1"), truncated(v2("2"))]) {
    const access = new Access();
    access.lists = { denyHashes: hashes(listed) };
    for (const told of one) {
      assertEquals(access.takesShare(told, known), false);
      assertEquals(codeOf(() => access.admitShare(told, known)), "forbidden");
    }
    assert(access.takesShare({ hash: v1("3") }, known));
    access.lists = { allowHashes: hashes(listed) };
    for (const told of one) assert(access.takesShare(told, known));
    assert(!access.takesShare({ hash: v1("3") }, known));
    access.lists = { allowHashes: hashes(listed), denyHashes: hashes(listed) };
    for (const told of one) assert(!access.takesShare(told, known));
  }
});

Deno.test("access: any lists decide as naive ones", () => {
  const digit = fc.constantFrom(..."0123456");
  const share = fc.record({
    v1: fc.option(digit.map(v1), { nil: undefined }),
    v2: fc.option(digit.map(v2), { nil: undefined }),
    hash: fc.option(digit.map(v1), { nil: undefined }),
  });
  const list = fc.option(fc.array(digit.map(v1)), { nil: undefined });
  fc.assert(fc.property(share, list, list, (told, allow, deny) => {
    const access = new Access();
    access.lists = {
      ...allow && { allowHashes: hashes(...allow) },
      ...deny && { denyHashes: hashes(...deny) },
    };
    const all = [told.v1, told.v2 && truncated(told.v2), told.hash].filter((one) => one);
    const wanted = !deny?.some((one) => all.includes(one)) &&
      (allow?.some((one) => all.includes(one)) ?? true);
    assertEquals(access.takesShare(told), wanted);
  }));
});

Deno.test("access: where hashes are listed, names of the original cannot be registered", () => {
  const access = new Access();
  access.lists = { denyHashes: hashes(v1("1")) };
  access.admitClassic(true);
  access.lists = { allowHashes: hashes(v1("1")) };
  access.admitClassic(false);
  assertEquals(codeOf(() => access.admitClassic(true)), "forbidden");
});

Deno.test("access: a private tracker wants a key that it knows", () => {
  const access = new Access();
  const key = trackerKey(new Uint8Array(20).fill(7));
  access.keys = new Set([hashOfKey(key)]);
  access.admitKey(key);
  for (
    const other of [undefined, "", key.toUpperCase(), `${key}a`, trackerKey(new Uint8Array(20))]
  ) {
    assertEquals(codeOf(() => access.admitKey(other)), "unauthorized");
  }
  const error = assertThrows(() => access.admitClassic(false), TrackerError);
  assertMatch((error as unknown as TrackerError).message, /private/);
});
