import { assertEquals } from "jsr:@std/assert@1";
import { StandingClock, Watched } from "../../tests/support/in_process.ts";
import { sharedEnough } from "./shared_enough.ts";

const { signal } = new AbortController();

Deno.test("shared enough: a ratio that is reached, of nothing at once", async () => {
  let sent = 40;
  const uploaded = () => (sent += 20);
  await sharedEnough({ ratio: 0.9 }, 100, uploaded, new Watched(), signal);
  assertEquals(sent, 100);
  await sharedEnough({ ratio: 5 }, 0, () => 0, new Watched(), signal);
});

Deno.test("shared enough: a time that is over, whichever comes first", async () => {
  const clock = new StandingClock();
  let looks = 0;
  const uploaded = () => {
    looks++;
    clock.advance(600);
    return 0;
  };
  await sharedEnough(
    { ratio: 1, seedTimeMs: 1_000 },
    100,
    uploaded,
    new Watched({ clock }),
    signal,
  );
  assertEquals(looks, 2);
});

Deno.test("shared enough: without either, until it is told to end", async () => {
  const stop = new AbortController();
  const sharing = sharedEnough({}, 100, () => 1_000, new Watched(), stop.signal);
  stop.abort();
  await sharing;
  const stopped = new Watched({ signal: AbortSignal.abort() });
  await sharedEnough({}, 100, () => 1_000, stopped, signal);
});
