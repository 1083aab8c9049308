import { printable } from "../base/printable.ts";
import { AppError } from "../app/errors.ts";
import { formatHostPort } from "../app/host_port.ts";
import { lineTrackers } from "../app/tracker_url.ts";
import { listPeers } from "../app/list.ts";
import { listFields } from "./json_output.ts";
import type { Session } from "./session.ts";

/** `peer list`: who has a file. */
export async function listCommand(session: Session): Promise<number> {
  const { flags, line, output, context } = session;
  const name = line.operands[0]!;
  const list = await listPeers(
    { name, trackers: lineTrackers(flags.trackers("tracker")) },
    context,
  );
  for (const { address, reason } of list.leftOut) {
    context.log("debug", `left out ${address}: ${reason}`);
  }
  if (list.peers.length === 0) {
    throw new AppError("not_found", `Nobody shares "${printable(name, 255)}".`);
  }
  for (const peer of list.peers) output.line(printable(formatHostPort(peer)));
  output.end("result", listFields(list));
  return 0;
}
