import { assertEquals, assertInstanceOf, assertThrows } from "jsr:@std/assert@1";
import { systemClock } from "../base/clock.ts";
import { DiscoveryError } from "./errors.ts";
import { HttpTracker } from "./http_tracker.ts";
import { openTracker, trackerUrl } from "./open_tracker.ts";
import { UdpTracker } from "./udp_tracker.ts";

const OPTIONS = { local: false, client: "test", clock: systemClock, transaction: () => 0 };

Deno.test("http, https and udp are trackers that can be asked", () => {
  for (const text of ["http://t.example/announce", " HTTPS://t.example:1/a ", "http://[::1]/"]) {
    assertInstanceOf(openTracker(trackerUrl(text)!, OPTIONS), HttpTracker);
  }
  for (const text of ["udp://t.example:80", "UDP://[2001:db8::1]:6969/announce?x=y"]) {
    assertInstanceOf(openTracker(trackerUrl(text)!, OPTIONS), UdpTracker);
  }
});

Deno.test("others are none", () => {
  const none = [
    "",
    "t.example:80",
    "wss://t.example",
    "tcp://t.example:8000",
    "file:///etc/passwd",
  ];
  for (
    const text of [...none, "udp://", "udp:t", "http://t.example:0/", "http://t:99999/", "http:"]
  ) {
    assertEquals(trackerUrl(text), undefined, text);
  }
  assertEquals(trackerUrl(`http://t.example/${"x".repeat(3_000)}`), undefined);
  assertThrows(() => openTracker(new URL("wss://t.example"), OPTIONS), DiscoveryError, "begins");
});
