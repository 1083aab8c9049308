import { LOWEST_PORT, STOP_GRACE_MS } from "../app/defaults.ts";
import { writeTorrentOf } from "../app/seed_torrent.ts";
import { startShare } from "../app/share.ts";
import type { RunningShare, SeedOptions, ShareSnapshot } from "../app/types.ts";
import { printable } from "../base/printable.ts";
import { overwriteQuestion } from "./confirm_overwrite.ts";
import { usageError } from "./flags.ts";
import { shareFields } from "./json_output.ts";
import { namedTrackers } from "./named_trackers.ts";
import { showReading } from "./reading.ts";
import { aborted, progressOptions, type Session } from "./session.ts";
import { ShareView } from "./share_view.ts";
import { shareSettings } from "./swarm_flags.ts";
import { formatBytes } from "./units.ts";

/** How often a changed share is told about in JSON, and live lines are drawn. */
const TELL_MS = 1000;
const DRAW_MS = 200;

/** `peer seed`: shares files and folders until it is told to stop. */
export async function seedCommand(session: Session): Promise<number> {
  const { flags, line, output, signal, context } = session;
  const paths = line.operands;
  checkPorts(flags.number("port") ?? 0, paths.length);
  const name = flags.string("as");
  const out = flags.string("torrent-out");
  for (const [flag, value] of [["as", name], ["torrent-out", out]]) {
    if (value === undefined || paths.length === 1) continue;
    throw usageError("peer", "seed", `--${flag} is for one PATH, and there are ${paths.length}.`);
  }
  await using stack = new AsyncDisposableStack();
  const shares: RunningShare[] = [];
  const settings = shareSettings(flags, paths.length, context);
  for (const [index, path] of paths.entries()) {
    const share = await startWithProgress(session, {
      path,
      ...name !== undefined && { name },
      ...settings[index]!,
      trackers: namedTrackers(flags),
      peers: flags.addresses("peer"),
    });
    stack.use(share);
    shares.push(share);
    const snapshot = share.snapshot();
    for (const text of describeShare(snapshot)) output.line(text);
    const torrent = out === undefined ? undefined : await writeTorrent(share, out, session);
    output.event("share", { ...shareFields(snapshot), ...torrent !== undefined && { torrent } });
  }
  using _live = output.json ? tellChanges(shares, session) : showShares(shares, session);
  await aborted(signal);
  context.log("info", "stopping");
  await Promise.all(shares.map((share) => share.stop(STOP_GRACE_MS)));
  const snapshots = shares.map((share) => share.snapshot());
  output.end("result", { command: "seed", shares: snapshots.map(shareFields) });
  return 0;
}

function checkPorts(first: number, count: number): void {
  const last = first + count - 1;
  if (first === 0 || (first >= LOWEST_PORT && last <= 65535)) return;
  const ports = first === last ? `port ${first} is` : `ports ${first} to ${last} are`;
  throw usageError("peer", "seed", `${ports} not within ${LOWEST_PORT} to 65535.`);
}

async function writeTorrent(share: RunningShare, out: string, session: Session): Promise<string> {
  const confirmOverwrite = overwriteQuestion(session);
  const path = await writeTorrentOf(share, {
    out,
    force: session.flags.boolean("force"),
    ...confirmOverwrite && { confirmOverwrite },
  });
  session.output.line(`  torrent ${printable(path, 4096)}`);
  return path;
}

/** The lines that tell that something is shared. */
export function describeShare(share: ShareSnapshot): string[] {
  const { name, size, files, single, pieces, pieceLength, port, v1, v2, magnet, sha256 } = share;
  const count = single ? "" : files === 1 ? ", 1 file" : `, ${files} files`;
  const cut = pieces === 1 ? "1 piece" : `${pieces} pieces of ${pieceLength / 1024} KiB`;
  return [
    `sharing ${printable(name, 255)} (${formatBytes(size)}${count}) on port ${port}`,
    ...sha256 === undefined ? [] : [`  SHA-256 ${sha256}`],
    `  pieces  ${cut}`,
    `  v1      ${v1}`,
    `  v2      ${v2}`,
    `  link    ${printable(magnet, Infinity)}`,
  ];
}

/** Starts a share while the first read of its content is shown. */
export async function startWithProgress(
  session: Session,
  options: SeedOptions,
  context = session.context,
): Promise<RunningShare> {
  using reading = showReading(options.path, session);
  return await startShare({ ...options, onHash: reading.onRead }, context);
}

function showShares(shares: readonly RunningShare[], session: Session): Disposable {
  const view = new ShareView(progressOptions(session));
  session.logger.setLive(view);
  const timer = setInterval(() => view.update(shares.map((share) => share.snapshot())), DRAW_MS);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      view.erase();
      session.logger.setLive(undefined);
    },
  };
}

function tellChanges(shares: readonly RunningShare[], session: Session): Disposable {
  const told = shares.map((share) => JSON.stringify(shareFields(share.snapshot())));
  const timer = setInterval(() => {
    for (const [index, share] of shares.entries()) {
      const fields = shareFields(share.snapshot());
      const text = JSON.stringify(fields);
      if (text === told[index]) continue;
      told[index] = text;
      session.output.event("share", fields, `share ${index}`);
    }
  }, TELL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
