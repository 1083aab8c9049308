import { AppError } from "../app/errors.ts";
import type { TrackerOptions } from "../app/types.ts";
import type { Flags } from "./flags.ts";
import { keysFile } from "./keys_file.ts";
import type { FlagSpec } from "./spec.ts";

function list(name: string, help: string): FlagSpec {
  return { name, kind: "string", value: "FILE", help };
}

/** Flags of the tracker that say who may use it. */
export const ACCESS_FLAGS: readonly FlagSpec[] = [
  list("allow-hashes", "list of the only info-hashes that it takes, one a line"),
  list("deny-hashes", "list of info-hashes that it does not take"),
  list("allow-addresses", "list of the only addresses and networks (CIDR) that may use it"),
  list("deny-addresses", "list of addresses and networks that may not"),
  {
    name: "private",
    kind: "boolean",
    help: "serve nobody without a key: tracker key add",
  },
  {
    name: "keys",
    kind: "string",
    value: "FILE",
    help: "file of the keys (default: keys.db beside --db, or in the folder of --state-dir)",
  },
  {
    name: "tls-cert",
    kind: "string",
    value: "FILE",
    help: "certificate (PEM) with which HTTP is spoken through TLS; with --tls-key",
  },
  {
    name: "tls-key",
    kind: "string",
    value: "FILE",
    help: "key (PEM) of the certificate",
  },
  {
    name: "trust-proxy",
    kind: "strings",
    value: "CIDR",
    help: "proxies whose X-Forwarded-For or Forwarded tells who sent a request over HTTP; " +
      "several with commas",
  },
];

/** What the flags say of it. @throws {AppError} `usage`. */
export function accessOptions(
  flags: Flags,
  env: (name: string) => string | undefined,
): Pick<TrackerOptions, "lists" | "keys" | "trustProxy" | "tls"> {
  const [allowHashes, denyHashes, allowAddresses, denyAddresses] = [
    flags.string("allow-hashes"),
    flags.string("deny-hashes"),
    flags.string("allow-addresses"),
    flags.string("deny-addresses"),
  ];
  return {
    ...flags.boolean("private") && { keys: keysFile(flags, env) },
    ...tlsOf(flags),
    trustProxy: flags.strings("trust-proxy").flatMap((text) => text.split(","))
      .map((network) => network.trim()).filter((network) => network !== ""),
    lists: {
      ...allowHashes !== undefined && { allowHashes },
      ...denyHashes !== undefined && { denyHashes },
      ...allowAddresses !== undefined && { allowAddresses },
      ...denyAddresses !== undefined && { denyAddresses },
    },
  };
}

function tlsOf(flags: Flags): Pick<TrackerOptions, "tls"> {
  const [cert, key] = [flags.string("tls-cert"), flags.string("tls-key")];
  if (cert === undefined && key === undefined) return {};
  if (cert !== undefined && key !== undefined && !flags.boolean("no-http")) {
    return { tls: { cert, key } };
  }
  const what = cert === undefined || key === undefined
    ? "--tls-cert and --tls-key go together."
    : "--tls-cert is about HTTP: it does not go with --no-http.";
  throw new AppError("usage", `tracker: ${what} See: tracker --help`);
}
