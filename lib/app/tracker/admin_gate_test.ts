import { assertEquals } from "jsr:@std/assert@1";
import type { HttpRequest } from "../../wire/http_request.ts";
import { AdminGate, isAdminToken } from "./admin_gate.ts";

const TOKEN = "0123456789abcdef";

function request(authorization?: string): HttpRequest {
  const headers = new Map(authorization === undefined ? [] : [["authorization", authorization]]);
  return { method: "GET", path: "/", query: "", headers, keep: true };
}

Deno.test("admin gate: the token, and nothing else, is let in", () => {
  const gate = new AdminGate(TOKEN);
  const lets = (authorization?: string) => gate.lets(request(authorization), "192.0.2.1", 0);
  assertEquals(lets(`Bearer ${TOKEN}`), true);
  assertEquals(lets(`bearer  ${TOKEN}`), true);
  assertEquals(lets(`Basic ${btoa(`any:${TOKEN}`)}`), true);
  for (const wrong of [undefined, "", TOKEN, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`]) {
    assertEquals([wrong, lets(wrong)], [wrong, false]);
  }
  const none = new AdminGate(undefined);
  assertEquals([none.isOpen, none.lets(request("Bearer undefined"), "::1", 0)], [false, false]);
});

Deno.test("admin gate: who tries many wrong ones is not let in for a while, others are", () => {
  const gate = new AdminGate(TOKEN);
  const lets = (token: string, host: string, now: number) =>
    gate.lets(request(`Bearer ${token}`), host, now);
  for (let n = 0; n < 5; n++) {
    assertEquals(lets(TOKEN, "2001:db8::1", 0), true);
    assertEquals(lets("wrong", `2001:db8::${n}`, 0), false);
  }
  assertEquals(lets(TOKEN, "2001:db8::1", 0), false);
  assertEquals(lets(TOKEN, "2001:db8:1::1", 0), true);
  assertEquals(lets(TOKEN, "2001:db8::1", 10_000), true);
});

Deno.test("admin gate: a token is long enough and fits into a header", () => {
  assertEquals(["a".repeat(16), "a+/~._-Z0123456789=="].map(isAdminToken), [true, true]);
  const wrong = ["", "a".repeat(15), "a".repeat(201), "0123456789abcde f", "0123456789äbcdef"];
  assertEquals(wrong.map(isAdminToken), wrong.map(() => false));
});
