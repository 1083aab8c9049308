import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { addressGroup, addressKind, ipv4Kind, ipv4Number, isIpv4, normalizeIp } from "./ip.ts";

Deno.test("normalizeIp: v4-mapped addresses become IPv4, the rest lower case", () => {
  const table: [string, string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:C000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:7f00:1", "127.0.0.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["::ffff:0:192.0.2.1", "::ffff:0:192.0.2.1"],
    ["::1", "::1"],
    ["::ffff:192.0.2.256", "::ffff:192.0.2.256"],
    ["Example.ORG", "example.org"],
    ["", ""],
  ];
  for (const [text, normal] of table) assertEquals(normalizeIp(text), normal, text);
});

Deno.test("addressKind: the kinds of RFC 6890 that matter here", () => {
  const table = {
    unspecified: ["0.0.0.0", "0.1.2.3", "::", "0:0::0", "::ffff:0.0.0.0"],
    loopback: ["127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"],
    private: [
      ...["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"],
      ...["100.127.255.255", "fd00::1", "FC00::1", "::ffff:10.0.0.1"],
    ],
    "link-local": ["169.254.1.1", "fe80::1", "fe80::1%eth0", "febf::1"],
    multicast: ["224.0.0.1", "239.255.255.255", "ff02::1", "FF0E::1"],
    broadcast: ["255.255.255.255"],
    public: [
      ...["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.169.0.1"],
      ...["2001:db8::1", "fec0::1", "::ffff:8.8.8.8", "::2"],
    ],
    invalid: [
      ...["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "-1.2.3.4", "1.2.3.4%1"],
      ...[":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8"],
      ...["12345::", "g::", "::1.2.3", "::1.2.3.999", "::1.2.3.4:5", "[::1]"],
    ],
  } as const;
  for (const [kind, addresses] of Object.entries(table)) {
    for (const address of addresses) {
      assertEquals(addressKind(address), kind, address);
      if (isIpv4(address)) assertEquals(ipv4Kind(ipv4Number(address)), kind, address);
    }
  }
});

Deno.test("leading zeros are no address: resolvers read them as octal and go elsewhere", () => {
  for (const text of ["012.0.0.1", "10.00.0.1", "192.168.01.1", "1.2.3.04"]) {
    assert(!isIpv4(text), text);
    assertEquals(addressKind(text), "invalid", text);
    assertEquals(addressKind(`::ffff:${text}`), "invalid", text);
  }
  assert(isIpv4("0.0.0.0") && isIpv4("255.255.255.255") && isIpv4("10.20.30.40"));
});

Deno.test("addressGroup: an IPv4 address alone, an IPv6 one with its /64", () => {
  assertEquals(addressGroup("192.0.2.1"), "192.0.2.1");
  assertEquals(addressGroup("::ffff:192.0.2.1"), "192.0.2.1");
  assertEquals(addressGroup("2001:DB8:0:7:1:2:3:4"), "2001:db8:0:7::/64");
  assertEquals(addressGroup("2001:db8::7:ffff:2:3:4"), "2001:db8:0:7::/64");
  assert(addressGroup("2001:db8:0:8::1") !== addressGroup("2001:db8:0:7::1"));
  assertEquals(addressGroup("no address"), "no address");
});

Deno.test("any text is taken without an exception, and normal forms are stable", () => {
  const near = fc.array(fc.constantFrom(..."0123456789abcdfFx:.%[]-".split("")), { maxLength: 45 })
    .map((characters) => characters.join(""));
  const valid = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), near, valid), (text) => {
    const normal = normalizeIp(text);
    assertEquals(normalizeIp(normal), normal);
    assertEquals(addressKind(normal), addressKind(text));
    assertEquals(addressGroup(normal), addressGroup(text));
    assert(!isIpv4(text) || addressKind(text) !== "invalid");
  }));
  fc.assert(fc.property(valid, (text) => assert(addressKind(text) !== "invalid", text)));
});
