/**
 * Loaded before the tests, so that property tests try the same cases each time.
 *
 * MINI_TORRENT_SEED   an integer for other cases, or `random` for new ones each time
 */
import fc from "npm:fast-check@4";

const SEED = 20_001;

const asked = Deno.env.get("MINI_TORRENT_SEED") || String(SEED);
const seed = asked === "random" ? Date.now() : Number(asked);
if (!Number.isSafeInteger(seed)) {
  throw new Error(`MINI_TORRENT_SEED is "${asked}"; an integer or "random" is wanted`);
}
fc.configureGlobal({ seed });
