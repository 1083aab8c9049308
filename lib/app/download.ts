import { messageOf } from "../base/errors.ts";
import { addressKind } from "../base/ip.ts";
import { printable } from "../base/printable.ts";
import { shellWord } from "../base/shell_word.ts";
import { DiskError } from "../disk/errors.ts";
import { PartFile } from "../disk/part_file.ts";
import { DEFAULT_TRACKER } from "./defaults.ts";
import { chooseDestination } from "./destination.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError } from "./errors.ts";
import { formatHostPort } from "./host_port.ts";
import { interrupted } from "./interrupted.ts";
import { checkName, listPeers } from "./list.ts";
import { type Received, receiveFile } from "./receive.ts";
import type { AppContext, DownloadOptions, DownloadResult, HostPort } from "./types.ts";

/** A peer that was tried in vain. */
interface Failure {
  readonly address: string;
  readonly reason: string;
  readonly error: AppError;
}

/**
 * Fetches a file from the first of its seeders that delivers it whole. The classic protocol cannot
 * go on in the middle: what a failed seeder sent is dropped before the next one is asked.
 *
 * @throws {AppError} `not_found` when nobody has it, `peer_connect`, `protocol` or
 * `checksum_mismatch` when every seeder failed, `file_…` for the destination, `tracker_connect`,
 * `interrupted`.
 */
export async function download(
  options: DownloadOptions,
  context: AppContext,
): Promise<DownloadResult> {
  const name = checkName(options.name);
  const started = context.clock.now();
  const { path, replace } = await chooseDestination(options, name);
  options.onProgress?.({ phase: "finding", received: 0 });
  const peers = await findPeers({ ...options, name }, context);
  try {
    await using part = await PartFile.create(path);
    if (part.path !== `${path}.part`) {
      context.log(
        "warn",
        `"${path}.part" is there already and is left alone; remove it if it is yours`,
      );
    }
    const { peer, received, failed } = await fromFirst(peers, part, options, context);
    options.onProgress?.({
      phase: "finishing",
      received: received.size,
      total: received.size,
      from: formatHostPort(peer),
    });
    try {
      await part.commit(replace);
    } catch (error) {
      part.keep();
      throw fromDisk(
        error,
        `What arrived is whole (SHA-256 ${received.sha256}) and is kept in "${part.path}": ` +
          "rename it, or remove it.",
      );
    }
    return {
      name,
      path,
      ...received,
      verified: options.sha256 !== undefined,
      from: formatHostPort(peer),
      elapsedMs: context.clock.now() - started,
      failed: failed.map(({ address, reason }) => ({ address, reason })),
    };
  } catch (error) {
    throw fromDisk(error, "Nothing is kept.");
  }
}

async function findPeers(
  options: DownloadOptions,
  context: AppContext,
): Promise<readonly HostPort[]> {
  const { name, from } = options;
  const listed = await listPeers(options, context).catch((error) => {
    if (from.length === 0 || context.signal?.aborted) throw error;
    context.log("warn", messageOf(error));
    return { peers: [], leftOut: [] };
  });
  for (const { address, reason } of listed.leftOut) {
    context.log("warn", `${address} is left out: ${reason}`);
  }
  const chosen = new Set(from.map(formatHostPort));
  for (const { host, port } of from) {
    if (!["unspecified", "multicast", "broadcast"].includes(addressKind(host))) continue;
    const address = formatHostPort({ host, port });
    throw new AppError("invalid_input", `${address} is not an address that a peer can have.`);
  }
  const others = listed.peers.filter((peer) => !chosen.has(formatHostPort(peer)));
  if (chosen.size + others.length > 0) return [...from, ...others];
  throw new AppError(
    "not_found",
    `Nobody shares "${printable(name)}"${
      listed.leftOut.length > 0 ? " from where it can be reached" : ""
    }, says ${options.trackers.map(formatHostPort).join(", ")}. ` +
      "Check the name's spelling, or ask its owner to share it.",
  );
}

async function fromFirst(
  peers: readonly HostPort[],
  part: PartFile,
  options: DownloadOptions,
  context: AppContext,
): Promise<{ peer: HostPort; received: Received; failed: readonly Failure[] }> {
  const failed: Failure[] = [];
  for (const peer of peers) {
    const address = formatHostPort(peer);
    try {
      if (failed.length > 0) await part.restart();
      return { peer, received: await receiveFile(peer, part, options, context), failed };
    } catch (error) {
      if (context.signal?.aborted) throw interruptedDownload(options);
      if (error instanceof DiskError || !(error instanceof AppError)) throw error;
      context.log("warn", `${address}: ${error.message}`);
      failed.push({ address, reason: error.message, error });
    }
  }
  const worst = failed.find(({ error }) => error.code === "checksum_mismatch") ??
    failed.find(({ error }) => error.code === "protocol") ?? failed[0]!;
  const tried = failed.length === 1
    ? `The only seeder of "${printable(options.name)}", ${worst.address}, failed`
    : `All ${failed.length} seeders of "${printable(options.name)}" failed; ${worst.address}`;
  throw new AppError(
    worst.error.code,
    `${tried}: ${worst.reason} Nothing is kept. Try again later, or name another peer with --from IP:PORT.`,
    { cause: worst.error, fault: worst.error.fault },
  );
}

function interruptedDownload(options: DownloadOptions): AppError {
  const { name, dest, from, trackers, sha256, force } = options;
  const where = trackers.map(formatHostPort);
  const again = [
    "peer",
    "download",
    ...[name, dest].filter((word) => word !== undefined),
    ...from.flatMap((peer) => ["--from", formatHostPort(peer)]),
    ...(where.join() === DEFAULT_TRACKER ? [] : where.flatMap((one) => ["--tracker", one])),
    ...(sha256 === undefined ? [] : ["--sha256", sha256]),
    ...(force ? ["--force"] : []),
  ];
  return interrupted(
    "Nothing is kept, since this protocol always starts from the beginning. " +
      `To start again: ${again.map((word) => shellWord(printable(word, 4096))).join(" ")}`,
  );
}
