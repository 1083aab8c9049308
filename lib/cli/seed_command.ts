import { printable } from "../base/printable.ts";
import { LOWEST_PORT, STOP_GRACE_MS } from "../app/defaults.ts";
import { startShare } from "../app/share.ts";
import type { RunningShare, SeedOptions, ShareSnapshot } from "../app/types.ts";
import { usageError } from "./flags.ts";
import { shareFields } from "./json_output.ts";
import { aborted, type Session, showProgress } from "./session.ts";
import { formatBytes } from "./units.ts";

/** How often a changed share is told about in JSON. */
const TELL_MS = 1000;

/** `peer seed`: shares files until it is told to stop. */
export async function seedCommand(session: Session): Promise<number> {
  const { flags, line, output, signal, context } = session;
  const first = flags.number("port") ?? 0;
  const last = first + line.operands.length - 1;
  if (first !== 0 && (first < LOWEST_PORT || last > 65535)) {
    const ports = first === last ? `port ${first} is` : `ports ${first} to ${last} are`;
    throw usageError("peer", "seed", `${ports} not within ${LOWEST_PORT} to 65535.`);
  }
  const host = flags.string("host");
  await using stack = new AsyncDisposableStack();
  const shares: RunningShare[] = [];
  for (const [index, path] of line.operands.entries()) {
    const share = await startWithProgress(session, {
      path,
      port: first === 0 ? 0 : first + index,
      ...(host === undefined ? {} : { host }),
      trackers: flags.addresses("tracker"),
      maxConnections: flags.count("max-connections"),
    });
    stack.use(share);
    shares.push(share);
    const snapshot = share.snapshot();
    output.line(describeShare(snapshot));
    output.line(`  SHA-256 ${snapshot.sha256}`);
    output.event("share", shareFields(snapshot));
  }
  using _teller = output.json ? tellChanges(shares, session) : undefined;
  await aborted(signal);
  context.log("info", "stopping");
  await Promise.all(shares.map((share) => share.stop(STOP_GRACE_MS)));
  const snapshots = shares.map((share) => share.snapshot());
  output.end("result", { command: "seed", shares: snapshots.map(shareFields) });
  return 0;
}

/** The line that tells that a file is shared. */
export function describeShare(share: ShareSnapshot): string {
  const size = formatBytes(share.size);
  return `sharing ${printable(share.name, 255)} (${size}) on port ${share.port}`;
}

/** Starts a share while the first read of its file is shown. */
export async function startWithProgress(
  session: Session,
  options: SeedOptions,
  context = session.context,
): Promise<RunningShare> {
  const label = options.path.split(/[\\/]/).at(-1) ?? options.path;
  using progress = showProgress(label, session);
  return await startShare({
    ...options,
    onHash: (done, total) => {
      progress.view.update({ phase: "hashing", received: done, total });
    },
  }, context);
}

function tellChanges(shares: readonly RunningShare[], session: Session): Disposable {
  const told = shares.map((share) => JSON.stringify(shareFields(share.snapshot())));
  const timer = setInterval(() => {
    for (const [index, share] of shares.entries()) {
      const fields = shareFields(share.snapshot());
      const text = JSON.stringify(fields);
      if (text === told[index]) continue;
      told[index] = text;
      session.output.event("share", fields);
    }
  }, TELL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
