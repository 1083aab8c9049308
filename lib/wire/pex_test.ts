import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/vectors/peer_messages.ts";
import { WireError } from "./errors.ts";
import { decodePex, encodePex, MAX_PEX_PEERS } from "./pex.ts";

const decode = (...parts: string[]) => decodePex(bytesOf(...parts));

Deno.test("every list may be absent", () => {
  assertEquals(decode('"de"'), { kind: "pex", added: [], dropped: [] });
});

Deno.test("peers with port 0 are left out, and the flags of the others stay theirs", () => {
  const { added } = decode(
    '"d5:added12:"',
    "c0000201 0000 c0000202 0050",
    '"7:added.f2:"',
    "0112",
    '"e"',
  );
  assertEquals(added, [{ host: "192.0.2.2", port: 80, flags: 0x12 }]);
});

Deno.test("flags that are not one for each peer count as none", () => {
  for (const flags of ["0:", "2:ab", "i1e"]) {
    const { added } = decode('"d5:added6:"', "c0000202 0050", `"7:added.f${flags}e"`);
    assertEquals(added, [{ host: "192.0.2.2", port: 80, flags: 0 }]);
  }
});

Deno.test("a list that is cut within an address is refused", () => {
  const lists: [string, number][] = [["added", 6], ["added6", 18], ["dropped", 6], [
    "dropped6",
    18,
  ]];
  for (const [name, size] of lists) {
    for (const length of [1, size - 1, size + 1]) {
      const text = `d${name.length}:${name}${length}:${"x".repeat(length)}e`;
      const error = assertThrows(
        () => decode(`"${text}"`),
        WireError,
        `${length} bytes of ${name}, no multiple of ${size}`,
      );
      assertEquals([error.code, error.fault], ["bad_message", "remote"]);
    }
  }
});

Deno.test("no more than 200 peers of a list are kept, both families together", () => {
  const v4 = "c0000201 0050".repeat(150);
  const v6 = "20010db8000000000000000000000001 0050".repeat(150);
  const { added, dropped } = decode(
    '"d5:added900:"',
    v4,
    '"6:added62700:"',
    v6,
    '"7:dropped6000:"',
    "c0000201 0050".repeat(1000),
    '"e"',
  );
  assertEquals([added.length, dropped.length], [MAX_PEX_PEERS, MAX_PEX_PEERS]);
  assertEquals(added.filter(({ host }) => host === "2001:db8::1").length, 50);
});

Deno.test("peers are written by family; what is no address is left out", () => {
  const peer = (host: string, flags = 0) => ({ host, port: 80, flags });
  const bytes = encodePex({
    kind: "pex",
    added: [peer("2001:db8::1", 2), peer("192.0.2.1", 16), peer("a.example", 1)],
    dropped: [peer("::ffff:192.0.2.3")],
  });
  assertEquals(decodePex(bytes), {
    kind: "pex",
    added: [peer("192.0.2.1", 16), peer("2001:db8::1", 2)],
    dropped: [peer("192.0.2.3")],
  });
});

Deno.test("a message that tells of nobody still has its lists (BEP 11: at least one)", () => {
  const text = new TextDecoder().decode(encodePex({ kind: "pex", added: [], dropped: [] }));
  assertEquals(text, "d5:added0:7:added.f0:6:added60:8:added6.f0:7:dropped0:8:dropped60:e");
});
