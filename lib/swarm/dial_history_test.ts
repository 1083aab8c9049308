import { assert, assertFalse } from "jsr:@std/assert@1";
import { MAX_BANS, SILENT_DIALS_SPAN } from "./defaults.ts";
import { DialHistory } from "./dial_history.ts";

/** Dials a host three times within a moment. */
function dialThrice(history: DialHistory, host: string, now: number): void {
  for (let at = 0; at < 3; at++) history.dialled(host, now);
}

Deno.test("DialHistory: three dials in vain within an hour, for all addresses of a host together", () => {
  const history = new DialHistory();
  history.known("203.0.113.1");
  history.known("203.0.113.1");
  dialThrice(history, "203.0.113.1", 0);
  assertFalse(history.mayDial("203.0.113.1", SILENT_DIALS_SPAN - 1));
  history.forgotten("203.0.113.1");
  assertFalse(history.mayDial("203.0.113.1", SILENT_DIALS_SPAN - 1));
  assert(history.mayDial("203.0.113.1", SILENT_DIALS_SPAN));
});

Deno.test("DialHistory: one that answered, or is this machine, may be dialled", () => {
  const history = new DialHistory();
  for (const host of ["203.0.113.1", "127.0.0.1"]) {
    history.known(host);
    dialThrice(history, host, 0);
  }
  history.answered("203.0.113.1");
  assert(history.mayDial("203.0.113.1", 1) && history.mayDial("127.0.0.1", 1));
});

Deno.test("DialHistory: what was forgotten is remembered when it is known anew, for so many hosts", () => {
  const history = new DialHistory();
  const host = (at: number) => `198.51.${at >> 8}.${at & 255}`;
  for (let at = 0; at <= MAX_BANS; at++) {
    history.known(host(at));
    dialThrice(history, host(at), 0);
    history.forgotten(host(at));
  }
  for (const at of [0, 1, MAX_BANS]) history.known(host(at));
  assert(history.mayDial(host(0), 1), "the oldest is not remembered");
  assertFalse(history.mayDial(host(1), 1));
  assertFalse(history.mayDial(host(MAX_BANS), 1));
});
