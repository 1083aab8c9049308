import { assertEquals } from "jsr:@std/assert@1";
import { ConnectionGate } from "./connection_gate.ts";

Deno.test("connection gate: so many in all, so many of one address, and who leaves makes room", () => {
  const gate = new ConnectionGate({ maxConnections: 4, maxConnectionsPerAddress: 2 });
  const enter = (host: string) => gate.enter(host)?.split(" ").slice(0, 3).join(" ") ?? "in";
  assertEquals([enter("192.0.2.1"), enter("192.0.2.1"), enter("192.0.2.2")], ["in", "in", "in"]);
  assertEquals(enter("192.0.2.1"), "Too many connections");
  assertEquals(gate.size, 3);
  assertEquals(enter("192.0.2.3"), "in");
  assertEquals(enter("192.0.2.4"), "The tracker has");
  gate.leave("192.0.2.1");
  assertEquals([gate.size, enter("192.0.2.1"), enter("192.0.2.1")], [3, "in", "The tracker has"]);
});

Deno.test("connection gate: an IPv6 network counts as one address", () => {
  const gate = new ConnectionGate({ maxConnections: 9, maxConnectionsPerAddress: 1 });
  assertEquals(gate.enter("2001:db8::1"), undefined);
  assertEquals(typeof gate.enter("2001:db8::2"), "string");
  assertEquals(gate.enter("2001:db8:0:1::1"), undefined);
});
