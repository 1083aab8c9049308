import { formatHostPort, parseHostPort } from "../app/host_port.ts";
import type { HostPort } from "../app/types.ts";
import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Prompts } from "./prompts.ts";

/** A peer that can be chosen. */
export interface ChoosablePeer extends HostPort {
  /** Whether it has everything, if that is known. */
  readonly seed?: boolean;
}

/** The most peers that are listed to choose from. */
const MOST_LISTED = 100;

/**
 * Asks which peers to take it from: all of them, or particular ones of those that are known, or
 * whose addresses the person knows.
 *
 * @returns Undefined for all.
 */
export async function askPeers(
  known: readonly ChoosablePeer[],
  prompts: Prompts,
): Promise<readonly HostPort[] | undefined> {
  const all = known.length === 0 ? "All that can be found" : `All of them (${known.length})`;
  const which = await prompts.choose("Peers to take it from", [
    { name: all, value: "all" },
    { name: "Particular ones", value: "some" },
  ], "all");
  if (which === "all") return undefined;
  if (known.length === 0) {
    return readAddresses(
      await prompts.text("Their HOST:PORT, separated by commas", {
        check: (text) => {
          try {
            return readAddresses(text).length > 0 || "At least one, please.";
          } catch (error) {
            return messageOf(error);
          }
        },
      }),
    );
  }
  const listed = known.slice(0, MOST_LISTED);
  const chosen = await prompts.pick(
    "Which ones (Space changes one, Enter goes on)",
    listed.map((peer, index) => ({ name: describe(peer), value: String(index) })),
  );
  return chosen.map((index) => listed[Number(index)]!);
}

function describe(peer: ChoosablePeer): string {
  const address = printable(formatHostPort(peer));
  if (peer.seed === undefined) return address;
  return `${address}  ${peer.seed ? "has all of it" : "is fetching it"}`;
}

/** @throws {AppError} `invalid_input`. */
function readAddresses(text: string): HostPort[] {
  return text.split(",").map((one) => one.trim()).filter((one) => one !== "")
    .map((one) => parseHostPort(one));
}
