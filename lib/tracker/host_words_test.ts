import { assertEquals, assertNotEquals } from "jsr:@std/assert@1";
import { HostWords } from "./host_words.ts";

function wordsOf(hosts: HostWords, host: string): Uint32Array {
  hosts.read(host);
  hosts.hold(host);
  return hosts.words.slice();
}

Deno.test("host words: addresses come back in their canonical form", () => {
  const hosts = new HostWords();
  for (
    const [told, text, family] of [
      ["192.0.2.255", "192.0.2.255", "v4"],
      ["0.0.0.0", "0.0.0.0", "v4"],
      ["::ffff:192.0.2.1", "192.0.2.1", "v4"],
      ["2001:DB8:0::1", "2001:db8::1", "v6"],
      ["::", "::", "v6"],
      ["ffff:ffff::", "ffff:ffff::", "text"],
      ["fe80::1%eth0", "fe80::1%eth0", "text"],
      ["01.2.3.4", "01.2.3.4", "text"],
      ["1.2.3", "1.2.3", "text"],
      ["1.2.3.4.5", "1.2.3.4.5", "text"],
      ["1.2.3.256", "1.2.3.256", "text"],
      ["1.2.3.", "1.2.3.", "text"],
      ["", "", "text"],
    ] as const
  ) {
    const words = wordsOf(hosts, told);
    assertEquals(hosts.text(words, 0), text);
    assertEquals(hosts.isV4(words), family === "v4", told);
    assertEquals(hosts.isAddress(words), family !== "text", told);
  }
});

Deno.test("host words: loopback is known in every form", () => {
  const hosts = new HostWords();
  const free = ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "128.0.0.1", "::2", "::"]
    .filter((host) => hosts.isLoopback(wordsOf(hosts, host)));
  assertEquals(free, ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"]);
});

Deno.test("host words: a text is kept while a peer has it, and is nobody's after that", () => {
  const hosts = new HostWords();
  hosts.read("fe80::1%eth0");
  const nobody = hosts.words.slice();
  const first = wordsOf(hosts, "fe80::1%eth0");
  assertNotEquals(first, nobody);
  assertEquals(wordsOf(hosts, "fe80::1%eth0"), first);
  assertNotEquals(wordsOf(hosts, "fe80::1%eth1"), first);
  hosts.release(first, 0);
  assertEquals(hosts.text(first, 0), "fe80::1%eth0");
  hosts.release(first, 0);
  hosts.read("fe80::1%eth0");
  assertEquals(hosts.words, nobody);
  assertNotEquals(wordsOf(hosts, "fe80::1%eth0"), first);
});
