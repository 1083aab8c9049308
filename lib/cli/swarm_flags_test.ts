import { assert, assertEquals } from "jsr:@std/assert@1";
import { StandingClock } from "../../tests/support/in_process.ts";
import { silentLog } from "../base/log.ts";
import { parseCommandLine } from "./flags.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { shareSettings } from "./swarm_flags.ts";

const CONTEXT = { log: silentLog, clock: new StandingClock() };

function settings(count: number, ...args: string[]) {
  const { flags } = parseCommandLine(PEER_SPEC, ["seed", "x", ...args], () => undefined);
  return shareSettings(flags, count, CONTEXT);
}

Deno.test("swarm flags: without any, nothing is limited and ports are free ones", () => {
  const none = { up: [], down: [] };
  const one = { limits: none, maxConnections: 100, encryption: "off" as const, port: 0 };
  assertEquals(settings(2), [one, one]);
});

Deno.test("swarm flags: several shares take ports in a row, and divide the connections", () => {
  const all = settings(3, "--port", "9000", "--max-connections", "10", "--host", "127.0.0.1");
  assertEquals(all.map(({ port, maxConnections, host }) => [port, maxConnections, host]), [
    [9000, 3, "127.0.0.1"],
    [9001, 3, "127.0.0.1"],
    [9002, 3, "127.0.0.1"],
  ]);
  assertEquals(settings(3, "--max-connections", "1")[2]!.maxConnections, 1);
  assertEquals(settings(1, "--encryption", "require")[0]!.encryption, "require");
});

Deno.test("swarm flags: a limit of all is one for all, a limit of each is one for each", () => {
  const limits = ["--up-limit", "1MB", "--share-up-limit", "1KB", "--share-down-limit", "1KB"];
  const [one, two] = settings(2, ...limits);
  assertEquals([one!.limits.up.length, one!.limits.down.length], [2, 1]);
  assert(one!.limits.up[0] === two!.limits.up[0]);
  assert(one!.limits.up[1] !== two!.limits.up[1]);
  assert(one!.limits.down[0] !== two!.limits.down[0]);
  // The first one takes what is left of its own second; the other one's is untouched.
  assertEquals(one!.limits.down[0]!.take(5_000), undefined);
  assertEquals(two!.limits.down[0]!.take(5_000), undefined);
});
