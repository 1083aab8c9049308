import type { SwarmContext } from "./context.ts";
import { IDLE_LIMIT, IDLE_LIMIT_INTERESTING, KEEP_ALIVE_AFTER } from "./defaults.ts";

/** Lets go of peers that said nothing for too long, and keeps the others (BEP 3, "keepalive"). */
export function checkSilence(context: SwarmContext): void {
  const { now } = context;
  for (const peer of [...context.peers.values()]) {
    const wanted = peer.amInterested || peer.interested;
    const silence = now - peer.lastReceived;
    if (silence >= (wanted ? IDLE_LIMIT_INTERESTING : IDLE_LIMIT)) {
      context.close(peer, "idle", `nothing came for ${Math.round(silence / 1000)} s`);
    } else if (now - peer.lastSent >= KEEP_ALIVE_AFTER) {
      context.send(peer, { kind: "keep_alive" });
    }
  }
}
