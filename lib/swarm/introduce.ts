import { encodeCompactAddress } from "../wire/compact_address.ts";
import { OUR_EXTENSIONS } from "../wire/extensions.ts";
import type { SwarmContext } from "./context.ts";
import { MAX_QUEUED_REQUESTS } from "./defaults.ts";
import type { Peer } from "./peer_state.ts";

/** Tells a peer who we are (BEP 10), as far as it can hear it. */
export function introduce(context: SwarmContext, peer: Peer): void {
  if (!peer.info.extended) return;
  const { options, content, isComplete } = context;
  const extensions = new Map(OUR_EXTENSIONS);
  if (content?.torrent.private) extensions.delete("ut_pex");
  const yourIp = encodeCompactAddress({ host: peer.info.host, port: 0 })?.subarray(0, -2);
  context.send(peer, {
    kind: "extension_handshake",
    extensions,
    queue: MAX_QUEUED_REQUESTS,
    ...options.client !== undefined && { client: options.client },
    ...options.port !== undefined && { port: options.port },
    ...content && { metadataSize: content.torrent.metadata.length },
    ...isComplete && { uploadOnly: true },
    ...yourIp && { yourIp },
  });
}
