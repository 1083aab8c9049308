import { printable } from "../base/printable.ts";
import { STOP_GRACE_MS } from "../app/defaults.ts";
import type { RunningShare, ShareSnapshot } from "../app/types.ts";
import type { MenuLog } from "./menu_log.ts";
import type { Prompts } from "./prompts.ts";
import type { Session } from "./session.ts";
import { fetchedText, ratioText } from "./share_lines.ts";
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
  const { name, active, peers } = share.snapshot();
  const count = active.length + peers;
  if (count > 0) {
    const who = count === 1 ? "1 peer is" : `${count} peers are`;
    if (!await prompts.confirm(`${who} connected and will be cut off. Stop?`, true)) return;
  }
  await share.stop(STOP_GRACE_MS);
  shares.delete(share);
  output.line(`no longer sharing ${printable(name, 255)}`);
}

/** What a person is told about a share, line by line. */
export function shareLines(share: ShareSnapshot): string[] {
  const lines = [
    `${printable(share.name, 255)} (${formatBytes(share.size)}) on port ${share.port}, ` +
    fetchedText(share),
  ];
  const { peers, uploaded } = share;
  if (peers > 0 || uploaded > 0) {
    const ratio = ratioText(share);
    lines.push(
      `  ${peers} ${peers === 1 ? "peer" : "peers"} connected, ${formatBytes(uploaded)} sent` +
        (ratio === "" ? "" : `, ${ratio}`),
    );
  }
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
