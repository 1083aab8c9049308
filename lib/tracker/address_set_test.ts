import { assert, assertEquals, assertInstanceOf } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { AddressSet } from "./address_set.ts";

function setOf(...networks: string[]): AddressSet {
  const set = AddressSet.of(networks);
  assertInstanceOf(set, AddressSet);
  return set;
}

/** An address as one number, IPv4 behind all of IPv6. */
function numberOf(octets: readonly number[]): bigint {
  return octets.reduce((sum, octet) => sum << 8n | BigInt(octet), octets.length === 4 ? 1n : 0n);
}

const v4Text = (octets: readonly number[]) => octets.join(".");
const v6Text = (octets: readonly number[]) =>
  Array.from({ length: 8 }, (_, at) => (octets[2 * at]! << 8 | octets[2 * at + 1]!).toString(16))
    .join(":");
/** What is behind ffff:ffff::/32, which no host has, the registry takes for texts. */
const isText = (address: string) => address.startsWith("ffff:ffff:");
const octet = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);

for (
  const { family, length, text } of [
    { family: "IPv4", length: 4, text: v4Text },
    { family: "IPv6", length: 16, text: v6Text },
  ]
) {
  const octets = fc.array(octet, { minLength: length, maxLength: length });
  const back = (number: bigint) =>
    Array.from({ length }, (_, at) => Number(number >> BigInt(8 * (length - 1 - at)) & 255n));
  const network = fc.tuple(octets, fc.integer({ min: 0, max: 8 * length }))
    .map(([octets, bits]) => {
      const behind = BigInt(8 * length - bits);
      const first = numberOf(octets) >> behind << behind;
      return { first, last: first | (1n << behind) - 1n, bits };
    })
    .filter(({ first }) => !isText(text(back(first))));

  Deno.test(`address set: networks of ${family} hold what a naive list holds`, () => {
    fc.assert(
      fc.property(fc.array(network, { maxLength: 12 }), fc.array(octets), (networks, asked) => {
        const set = setOf(...networks.map(({ first, bits }) => `${text(back(first))}/${bits}`));
        const near = networks.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]);
        for (const one of [...asked, ...near.map(back)]) {
          if (isText(text(one))) continue;
          const number = numberOf(one);
          const wanted = networks.some(({ first, last }) => first <= number && number <= last);
          assertEquals(set.has(text(one)), wanted, text(one));
        }
      }),
    );
  });
}

Deno.test("address set: single addresses, both families, and what is mapped", () => {
  const set = setOf("192.0.2.7", "2001:db8::1", "::ffff:198.51.100.0/120", "203.0.113.0/24");
  for (const one of ["192.0.2.7", "::ffff:192.0.2.7", "2001:DB8::1", "198.51.100.9"]) {
    assert(set.has(one), one);
  }
  for (const one of ["192.0.2.8", "2001:db8::2", "198.51.101.0", "fe80::1%eth0", "", "name"]) {
    assert(!set.has(one), one);
  }
  assert(!setOf("::/0").has("192.0.2.7"));
  assert(!setOf("0.0.0.0/0").has("2001:db8::1"));
});

Deno.test("address set: networks that touch are one", () => {
  assertEquals(setOf("10.0.0.0/9", "10.128.0.0/9", "10.3.0.0/16", "11.0.0.0/8").size, 1);
});

Deno.test("address set: what is no network is refused with words", () => {
  const table: [string, RegExp][] = [
    ["", /is not an IP address/],
    ["example.org", /is not an IP address/],
    ["1.2.3", /is not an IP address/],
    ["01.2.3.4", /is not an IP address/],
    ["fe80::1%eth0", /is not an IP address/],
    ["ffff:ffff::/32", /is not an IP address/],
    ["1.2.3.4/x", /is not an IP address/],
    ["1.2.3.4/08", /is not an IP address/],
    ["1.2.3.4/33", /more than 32 bits/],
    ["::1/129", /more than 128 bits/],
    ["10.1.2.3/8", /leave out \/8, or set the bits behind it to 0/],
    ["2001:db8::1/32", /leave out \/32/],
    ["::ffff:1.2.3.4/8", /written as an address of IPv4/],
  ];
  for (const [text, problem] of table) {
    const set = AddressSet.of([text]);
    assert(typeof set === "string" && problem.test(set), `${text}: ${set}`);
  }
});
