import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { findShares } from "../app/find_shares.ts";
import { formatHostPort } from "../app/host_port.ts";
import { lineTrackers } from "../app/tracker_url.ts";
import { listPeers } from "../app/list.ts";
import { listFields } from "./json_output.ts";
import { namedTrackers } from "./named_trackers.ts";
import type { Session } from "./session.ts";
import { describeFound } from "./swarm_result.ts";

/**
 * `peer list`: who has a file. Trackers name the peers of a file; of a folder, which the original's
 * requests know nothing of, they tell how many have it.
 */
export async function listCommand(session: Session): Promise<number> {
  const { flags, line, output, context } = session;
  const name = line.operands[0]!;
  const trackers = lineTrackers(namedTrackers(flags));
  const list = await listPeers({ name, trackers }, context);
  const answered = trackers.filter((_, index) => list.trackers[index]?.error === undefined);
  const { contents } = await findShares({ name, trackers: answered }, context);
  for (const { address, reason } of list.leftOut) {
    context.log("debug", `left out ${address}: ${reason}`);
  }
  if (list.peers.length + contents.length === 0) {
    throw new AppError("not_found", `Nobody shares "${printable(name, 255)}".`);
  }
  for (const peer of list.peers) output.line(printable(formatHostPort(peer)));
  const others = list.peers.length === 0 ? contents : [];
  for (const content of others) output.line(describeFound(content));
  output.end("result", listFields(list, contents));
  return 0;
}
