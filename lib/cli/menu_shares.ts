import { printable } from "../base/printable.ts";
import { STOP_GRACE_MS } from "../app/defaults.ts";
import type { RunningShare, ShareSnapshot } from "../app/types.ts";
import type { MenuLog } from "./menu_log.ts";
import type { Prompts } from "./prompts.ts";
import type { Session } from "./session.ts";
import { formatBytes } from "./units.ts";
import { fit } from "./width.ts";

/** How many of the latest log lines are shown. */
const SHOWN = 8;

/** The screen of the menu that shows what is shared, and can stop it. */
export async function showShares(
  shares: Set<RunningShare>,
  log: MenuLog,
  prompts: Prompts,
  session: Session,
): Promise<void> {
  const { output, style, terminal } = session;
  const all = [...shares];
  for (const share of all) {
    for (const line of shareLines(share.snapshot())) output.line(line);
  }
  const recent = log.recent().slice(-SHOWN);
  if (recent.length > 0) output.line(style.dim("Lately:"));
  for (const { message } of recent) {
    output.line(style.dim(fit(`  ${printable(message)}`, terminal.columns() - 1)));
  }
  const choices = [
    { name: "Back", value: "back" },
    ...all.map((share, index) => {
      const { name, port } = share.snapshot();
      return { name: `Stop ${printable(name, 60)} (port ${port})`, value: String(index) };
    }),
  ];
  const chosen = await prompts.choose("Shares", choices);
  const share = chosen === "back" ? undefined : all[Number(chosen)];
  if (!share) return;
  const { name, active } = share.snapshot();
  if (active.length > 0) {
    const running = active.length === 1 ? "1 transfer is" : `${active.length} transfers are`;
    if (!await prompts.confirm(`${running} running and will end. Stop?`, true)) return;
  }
  await share.stop(STOP_GRACE_MS);
  shares.delete(share);
  output.line(`no longer sharing ${printable(name, 255)}`);
}

/** What a person is told about a share, line by line. */
export function shareLines(share: ShareSnapshot): string[] {
  const times = share.completed === 0
    ? "not fetched yet"
    : share.completed === 1
    ? "fetched once"
    : `fetched ${share.completed} times`;
  const lines = [
    `${printable(share.name, 255)} (${formatBytes(share.size)}) on port ${share.port}, ` +
    times,
  ];
  for (const { to, sent, total } of share.active) {
    const percent = total === 0 ? 100 : Math.floor(sent * 100 / total);
    lines.push(`  ${percent}% of it sent to ${printable(to)}`);
  }
  if (share.waiting > 0) lines.push(`  ${share.waiting} waiting for their turn`);
  for (const { address, registered, error } of share.trackers) {
    if (!registered) lines.push(`  not registered at ${address}: ${printable(error ?? "not yet")}`);
  }
  if (share.problem !== undefined) {
    lines.push(`  can no longer be sent: ${printable(share.problem)}`);
  }
  return lines;
}
