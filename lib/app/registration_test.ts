import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "jsr:@std/assert@1";
import { Watched } from "../../tests/support/in_process.ts";
import { StandIn } from "../../tests/support/originals.ts";
import { HandTimers } from "../../tests/support/stand_ins.ts";
import { AppError } from "./errors.ts";
import { Registration } from "./registration.ts";

const SECOND = 1_000;
const RENEW = 600 * SECOND;

/** A tracker whose answer can be changed; `asked` holds what it was asked. */
function changeable() {
  const told = { answer: "OK\n", asked: [] as string[] };
  const tracker = new StandIn(async (conn) => {
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer) ?? 0;
    told.asked.push(new TextDecoder().decode(buffer.subarray(0, count)));
    await conn.write(new TextEncoder().encode(told.answer));
  });
  const context = new Watched();
  const at = { host: "127.0.0.1", port: tracker.port };
  const registration = new Registration(at, "two words", 9000, context.log);
  return { told, context, registration, address: `127.0.0.1:${tracker.port}`, tracker };
}

const never = new AbortController().signal;

Deno.test("registration: it tells its tracker of the share, and says so once", async () => {
  const { told, context, registration, address, tracker } = changeable();
  await using _tracker = tracker;
  assertEquals(registration.state, { address, registered: false });
  assertEquals(await registration.tryOnce(never), undefined);
  assertEquals(await registration.tryOnce(never), undefined);
  assertEquals(registration.state, { address, registered: true });
  assertEquals(told.asked, Array(2).fill("REGISTER two words 9000\n"));
  assertEquals(context.lines, [
    `info registered "two words" with ${address} ` +
    "(through loopback: only peers on this machine can fetch it)",
  ]);
});

Deno.test("registration: a refusal is handed out, and is in its state until it is taken", async () => {
  const { told, context, registration, address, tracker } = changeable();
  await using _tracker = tracker;
  told.answer = "ERROR full\n";
  const error = await registration.tryOnce(never);
  assert(error instanceof AppError && error.code === "protocol");
  assertEquals(registration.state, { address, registered: false, error: error.message });
  assertEquals(context.lines, []);
  told.answer = "OK\n";
  assertEquals(await registration.tryOnce(never), undefined);
  assertEquals(registration.state, { address, registered: true });
});

Deno.test("registration: it is renewed every ten minutes", async () => {
  const { told, registration, tracker } = changeable();
  await using _tracker = tracker;
  const controller = new AbortController();
  using timers = new HandTimers();
  await registration.tryOnce(never);
  const keeping = registration.keep(controller.signal);
  for (let times = 1; times <= 3; times++) {
    const timer = await timers.find(({ ms }) => ms === RENEW);
    assertEquals(told.asked.length, times);
    timer.end();
  }
  await timers.find(({ ms }) => ms === RENEW);
  controller.abort();
  await keeping;
  assertEquals(timers.pending, []);
});

Deno.test("registration: a tracker that fails is tried less and less often, at least every 5 minutes", async () => {
  const { told, context, registration, tracker } = changeable();
  await using _tracker = tracker;
  const controller = new AbortController();
  using timers = new HandTimers();
  told.answer = "ERROR full\n";
  await registration.tryOnce(never);
  const keeping = registration.keep(controller.signal);
  for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
    (await timers.find(({ ms }) => ms === seconds * SECOND)).end();
  }
  const last = await timers.find(({ ms }) => ms === 300 * SECOND);
  assertEquals(told.asked.length, 9);
  assertEquals(context.lines, [], "what was told once is not told again and again");
  told.answer = "OK\n";
  last.end();
  const renewal = await timers.find(({ ms }) => ms === RENEW);
  assertMatch(context.lines.join("\n"), /^info registered "two words" with [^\n]*$/);
  told.answer = "ERROR gone\n"; // lost again: told, and tried again soon
  renewal.end();
  await timers.find(({ ms }) => ms <= 10 * SECOND);
  assertMatch(context.lines.slice(1).join("\n"), /^warn [^\n]*gone[^\n]*$/);
  assertEquals(registration.state.registered, false);
  controller.abort();
  await keeping;
});

Deno.test("registration: the signal ends it, whether it rests or asks", async () => {
  const controller = new AbortController();
  const reason = new Error("stop");
  let ask = () => {};
  await using tracker = new StandIn(async (conn) => {
    await conn.read(new Uint8Array(4096));
    ask();
    await conn.read(new Uint8Array(1));
  });
  const at = { host: "127.0.0.1", port: tracker.port };
  const registration = new Registration(at, "file", 9000, new Watched().log);
  using timers = new HandTimers();
  const asked = new Promise<void>((resolve) => ask = resolve);
  const keeping = registration.keep(controller.signal);
  (await timers.find(({ ms }) => ms === 5 * SECOND)).end();
  await asked;
  controller.abort(reason);
  await keeping;
  assertEquals(registration.state.error, undefined, "that is no failure of the tracker");
  await registration.keep(controller.signal);
  assertEquals(timers.pending, []);
  assertStrictEquals(await assertRejects(() => registration.tryOnce(controller.signal)), reason);
});
