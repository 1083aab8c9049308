/** The peer: shares files and fetches them. `peer --help` tells the rest. */
import { runPeer } from "./lib/cli/peer_main.ts";

if (import.meta.main) Deno.exit(await runPeer(Deno.args));
