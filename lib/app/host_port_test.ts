import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { AppError } from "./errors.ts";
import { formatHostPort, parseHostPort } from "./host_port.ts";

Deno.test("host and port: every form that a person may write", () => {
  const table: [string, string, number][] = [
    ["127.0.0.1:8000", "127.0.0.1", 8000],
    ["tracker.example.org:1", "tracker.example.org", 1],
    ["tracker.example.org.:65535", "tracker.example.org.", 65535],
    ["localhost", "localhost", 7],
    ["my_host-2:00080", "my_host-2", 80],
    ["192.0.2.1", "192.0.2.1", 7],
    ["[::1]:8000", "::1", 8000],
    ["[::1]", "::1", 7],
    ["::1", "::1", 7],
    ["::", "::", 7],
    ["2001:DB8::8000", "2001:DB8::8000", 7], // all of it is the address
    ["[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2:3:4:5:6", 1],
    ["[::ffff:192.0.2.1]:9", "::ffff:192.0.2.1", 9],
    ["[fe80::1%eth0]:9", "fe80::1%eth0", 9],
    ["fe80::1%2", "fe80::1%2", 7],
    [`${"a".repeat(253)}:1`, "a".repeat(253), 1],
  ];
  for (const [text, host, port] of table) {
    assertEquals(parseHostPort(text, 7), { host, port }, text);
  }
});

Deno.test("host and port: what is none is refused with what is wrong with it", () => {
  const form = "write HOST:PORT, or [IPV6]:PORT";
  const host = "a host is a name or an IP address";
  const table: [string, string][] = [
    ["", "it names no host"],
    [":8000", "it names no host"],
    ["[]:8000", "it names no host"],
    ["host:", form],
    ["host:port", form],
    ["host:-1", form],
    ["host:+1", form],
    ["host:1.5", form],
    ["host:1 ", form],
    ["host:100000", form],
    ["host:1:2", form],
    ["http://host:80", form],
    ["[::1]8000", form],
    ["[::1]:", form],
    ["[::1", form],
    ["::1]:8000", form],
    ["1::2::3", form],
    ["::g", form],
    ["host:0", "a port is 1 to 65535"],
    ["host:65536", "a port is 1 to 65535"],
    ["host:99999", "a port is 1 to 65535"],
    ["[::1]:0", "a port is 1 to 65535"],
    ["[192.0.2.1]:80", "brackets are for IPv6 addresses"],
    ["[host]:80", "brackets are for IPv6 addresses"],
    ["a b:80", host],
    ["a/b:80", host],
    ["user@host:80", host],
    ["ho\nst:80", host],
    ["m\u00fcnchen.example:80", host],
    [`${"a".repeat(254)}:1`, host],
  ];
  for (const [text, why] of table) {
    const error = assertThrows(() => parseHostPort(text, 7), AppError, undefined, text);
    assertEquals([error.code, error.fault], ["invalid_input", "local"]);
    assert(error.message.endsWith(` is not an address: ${why}.`), error.message);
  }
  assertEquals(
    assertThrows(() => parseHostPort("\x1b[31m:1"), AppError).message,
    '"\\u{1b}[31m:1" is not an address: a host is a name or an IP address.',
  );
});

Deno.test("host and port: without a default the port must be there", () => {
  for (const text of ["host", "192.0.2.1", "::1", "[::1]"]) {
    const error = assertThrows(() => parseHostPort(text), AppError, "it names no port", text);
    assertEquals(error.code, "invalid_input");
  }
  assertEquals(parseHostPort("host:1"), { host: "host", port: 1 });
});

Deno.test("host and port: what is written is read again", () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(fc.property(host, fc.integer({ min: 1, max: 65535 }), (host, port) => {
    assertEquals(parseHostPort(formatHostPort({ host, port })), { host, port });
  }));
  assertEquals(formatHostPort({ host: "::1", port: 80 }), "[::1]:80");
  assertEquals(formatHostPort({ host: "192.0.2.1", port: 80 }), "192.0.2.1:80");
});

Deno.test("host and port: any text is an address that is sound, or refused", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[[\]:.%\dA-Fa-z]{0,20}$/));
  fc.assert(
    fc.property(text, (text) => {
      try {
        const { host, port } = parseHostPort(text, 7);
        assert(host !== "" && !/[\s/@[\]]/.test(host), host);
        assert(Number.isInteger(port) && port >= 1 && port <= 65535);
      } catch (error) {
        assert(error instanceof AppError && error.code === "invalid_input");
      }
    }),
    { numRuns: 2_000 },
  );
});
