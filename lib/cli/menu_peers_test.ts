import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import type { Answer } from "../../tests/support/menu_session.ts";
import { MenuSession } from "../../tests/support/menu_session.ts";
import { askPeers } from "./menu_peers.ts";

const KNOWN = [
  { host: "192.0.2.1", port: 1, seed: true },
  { host: "2001:db8::1", port: 2, seed: false },
  { host: "192.0.2.3", port: 3 },
];

Deno.test("all peers are taken, unless particular ones are wanted", async () => {
  const all = new MenuSession([(choices) => {
    assertEquals(choices[0], { name: "All of them (3)", value: "all" });
    return "all";
  }]);
  assertEquals(await askPeers(KNOWN, all.prompts), undefined);
  const some = new MenuSession(["some", (choices) => {
    assertEquals(choices.map(({ name }) => name), [
      "192.0.2.1:1  has all of it",
      "[2001:db8::1]:2  is fetching it",
      "192.0.2.3:3",
    ]);
    return "0,2";
  }]);
  assertEquals(await askPeers(KNOWN, some.prompts), [KNOWN[0]!, KNOWN[2]!]);
});

Deno.test("where no peer is known, addresses can be typed", async () => {
  const answers: Answer[] = ["some", " 192.0.2.9:9 , [2001:db8::2]:7"];
  const { prompts } = new MenuSession(answers);
  const checks: (true | string)[] = [];
  const text: typeof prompts.text = async (message, options) => {
    for (const typed of ["", "nonsense", "192.0.2.9:9"]) {
      checks.push(await options!.check!(typed));
    }
    return await prompts.text(message, options);
  };
  assertEquals(await askPeers([], { ...prompts, text }), [
    { host: "192.0.2.9", port: 9 },
    { host: "2001:db8::2", port: 7 },
  ]);
  assertEquals(checks[0], "At least one, please.");
  assertMatch(String(checks[1]), /"nonsense" is not an address/);
  assertEquals(checks[2], true);
});
