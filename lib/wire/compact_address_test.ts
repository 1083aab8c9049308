import { assertEquals } from "jsr:@std/assert@1";
import { toHex } from "../base/bytes.ts";
import { decodeCompactAddress, encodeCompactAddress } from "./compact_address.ts";

Deno.test("addresses in 6 and 18 bytes, both ways", () => {
  const table: [string, number, string][] = [
    ["192.0.2.1", 6881, "c0000201" + "1ae1"],
    ["255.255.255.255", 65535, "ffffffff" + "ffff"],
    ["0.0.0.0", 0, "00000000" + "0000"],
    ["2001:db8::1", 80, "20010db8000000000000000000000001" + "0050"],
    ["::", 1, "00000000000000000000000000000000" + "0001"],
    ["::1", 1, "00000000000000000000000000000001" + "0001"],
    ["1::", 1, "00010000000000000000000000000000" + "0001"],
    ["1:2:3:4:5:6:7:8", 1, "00010002000300040005000600070008" + "0001"],
    ["2001:0:1::1", 1, "20010000000100000000000000000001" + "0001"],
  ];
  for (const [host, port, hex] of table) {
    const bytes = encodeCompactAddress({ host, port })!;
    assertEquals(toHex(bytes), hex);
    assertEquals(decodeCompactAddress(bytes), { host, port });
  }
});

Deno.test("other ways to write an address give the same bytes", () => {
  const hex = (host: string) => toHex(encodeCompactAddress({ host, port: 1 })!);
  assertEquals(hex("2001:DB8:0:0:0:0:0:1"), hex("2001:db8::1"));
  assertEquals(hex("::ffff:192.0.2.1"), hex("192.0.2.1"));
  assertEquals(hex("64:ff9b::192.0.2.33"), hex("64:ff9b::c000:221"));
});

Deno.test("an IPv4 address mapped into IPv6 is read as IPv4", () => {
  const bytes = Uint8Array.of(...new Array(10).fill(0), 255, 255, 192, 0, 2, 1, 0, 80);
  assertEquals(decodeCompactAddress(bytes), { host: "192.0.2.1", port: 80 });
});

Deno.test("what is no IP literal has no compact form", () => {
  for (
    const host of ["", "localhost", "a.example", "1.2.3", "1.2.3.256", "012.0.0.1", ":", "1:2"]
  ) {
    assertEquals(encodeCompactAddress({ host, port: 1 }), undefined, host);
  }
  for (const host of ["fe80::1%eth0", "::1]", "[::1]", "::1]:80/[", "1::2::3", "0x7f.1"]) {
    assertEquals(encodeCompactAddress({ host, port: 1 }), undefined, host);
  }
});
