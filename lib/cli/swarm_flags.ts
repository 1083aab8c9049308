import { SHARE_MAX_CONNECTIONS } from "../app/defaults.ts";
import { Throttle } from "../app/throttle.ts";
import type { AppContext, Encryption, RateLimits } from "../app/types.ts";
import type { Flags } from "./flags.ts";
import type { FlagSpec } from "./spec.ts";

/** Flags of every command that takes part in swarms. */
export const SWARM_FLAGS: readonly FlagSpec[] = [
  {
    name: "port",
    short: "p",
    kind: "number",
    value: "PORT",
    help: "port to serve from; several shares take the ones after it (default: free ones)",
    min: 0,
    max: 65535,
  },
  {
    name: "host",
    kind: "string",
    value: "ADDR",
    help: "address to listen on (default: every address)",
  },
  {
    name: "up-limit",
    kind: "rate",
    value: "RATE",
    help: "bytes a second to send at most, all together: 500KB, 1.5MB",
    min: 1,
  },
  {
    name: "down-limit",
    kind: "rate",
    value: "RATE",
    help: "bytes a second to fetch at most, all together",
    min: 1,
  },
  {
    name: "share-up-limit",
    kind: "rate",
    value: "RATE",
    help: "the same for each share by itself",
    min: 1,
  },
  {
    name: "share-down-limit",
    kind: "rate",
    value: "RATE",
    help: "the same for each share by itself",
    min: 1,
  },
  {
    name: "max-connections",
    kind: "number",
    value: "N",
    help: "connections at the same time, divided among the shares",
    default: String(SHARE_MAX_CONNECTIONS),
    min: 1,
    max: 100_000,
  },
  {
    name: "encryption",
    kind: "string",
    value: "MODE",
    help: "off and prefer take what the other end wants, prefer offers it first; require takes " +
      "nothing else",
    default: "off",
    choices: ["off", "prefer", "require"],
  },
];

/** The settings of one share of a command. */
export interface ShareSettings {
  readonly limits: RateLimits;
  readonly maxConnections: number;
  readonly encryption: Encryption;
  readonly port: number;
  readonly host?: string;
}

/**
 * What the flags say for each share of a command; limits of all together are shared by them.
 *
 * @param count How many shares there are.
 */
export function shareSettings(
  flags: Flags,
  count: number,
  { clock }: AppContext,
): readonly ShareSettings[] {
  const throttle = (flag: string) => {
    const rate = flags.number(flag);
    return rate === undefined ? [] : [new Throttle(rate, clock)];
  };
  const [up, down] = [throttle("up-limit"), throttle("down-limit")];
  const first = flags.number("port") ?? 0;
  const host = flags.string("host");
  const maxConnections = Math.max(1, Math.floor(flags.count("max-connections") / count));
  return Array.from({ length: count }, (_, index) => ({
    limits: {
      up: [...up, ...throttle("share-up-limit")],
      down: [...down, ...throttle("share-down-limit")],
    },
    maxConnections,
    encryption: encryptionOf(flags),
    port: first === 0 ? 0 : first + index,
    ...host !== undefined && { host },
  }));
}

function encryptionOf(flags: Flags): Encryption {
  const mode = flags.string("encryption");
  return mode === "prefer" || mode === "require" ? mode : "off";
}
