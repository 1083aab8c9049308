import { messageOf } from "../base/errors.ts";
import type { InfoHash, InfoHashV2 } from "../base/ids.ts";
import { FIND_LIMIT, type FoundShare } from "../wire/tracker_lines.ts";
import { AppError } from "./errors.ts";
import { interrupted } from "./interrupted.ts";
import { checkName, listPeers } from "./list.ts";
import { find } from "./tracker_client.ts";
import type { AppContext, LineTracker } from "./types.ts";

/** Content that trackers know under a name. */
export interface FoundContent {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** One of the two hashes is always there. */
  readonly v1?: InfoHash;
  readonly v2?: InfoHashV2;
  readonly seeders: number;
  readonly leechers: number;
  /** Milliseconds since it was first announced. */
  readonly ageMs: number;
}

/** What trackers know of a name. */
export interface Findings {
  /** Different contents; the one with most seeders first. */
  readonly contents: readonly FoundContent[];
  /** Seeders of the original that registered the name. */
  readonly classic: number;
}

/**
 * Asks every tracker of the line protocol what bears a name.
 *
 * @throws {AppError} `invalid_input` for an impossible name; where no tracker answers, the first
 * one's error; `interrupted`.
 */
export async function findShares(
  options: { readonly name: string; readonly trackers: readonly LineTracker[] },
  context: AppContext,
): Promise<Findings> {
  const name = checkName(options.name);
  const answers = await Promise.all(options.trackers.map(async (tracker) => {
    try {
      return await askOne(tracker, name, context);
    } catch (error) {
      if (context.signal?.aborted) throw interrupted("Nothing was changed.");
      return { shares: [], classic: 0, error };
    }
  }));
  const failures = answers.filter((answer) => "error" in answer);
  for (const { error } of failures) {
    if (failures.length === answers.length) throw error;
    context.log("warn", messageOf(error));
  }
  const contents = new Map<string, FoundContent>();
  for (const { shares } of answers) for (const share of shares) merge(contents, share);
  return {
    contents: [...contents.values()].sort((a, b) => b.seeders - a.seeders),
    classic: Math.max(0, ...answers.map(({ classic }) => classic)),
  };
}

/**
 * One tracker's answer. Who knows the original's requests only, or makes no sense of others, is asked
 * by these.
 */
async function askOne(tracker: LineTracker, name: string, context: AppContext) {
  const wanted = { name, limit: FIND_LIMIT.most, after: 0 };
  const found = await find(tracker, wanted, context.signal).catch((error) => {
    if (error instanceof AppError && error.code === "protocol") return undefined;
    throw error;
  });
  if (found) return { shares: found.answer.shares, classic: found.answer.classic.length };
  const { peers } = await listPeers({ name, trackers: [tracker] }, context);
  return { shares: [], classic: peers.length };
}

/** The same content at two trackers is one: its peers may be the same. */
function merge(contents: Map<string, FoundContent>, share: FoundShare): void {
  const { name, size, v1, v2, seeders, leechers, age } = share;
  const key =
    [...contents].find(([, other]) =>
      (v2 !== undefined && v2 === other.v2) || (v1 !== undefined && v1 === other.v1)
    )?.[0] ?? v2 ?? v1 ?? "";
  const known = contents.get(key);
  contents.set(key, {
    name,
    size,
    ...v1 && { v1 },
    ...v2 && { v2 },
    ...known,
    seeders: Math.max(seeders, known?.seeders ?? 0),
    leechers: Math.max(leechers, known?.leechers ?? 0),
    ageMs: Math.max(age * 1000, known?.ageMs ?? 0),
  });
}
