import {
  ANNOUNCE_BURST,
  ANNOUNCE_RATE,
  DEFAULT_HTTP_PORT,
  DEFAULT_TRACKER_PORT,
  MAX_PEERS_PER_NAME,
  MAX_PORTS_PER_ADDRESS,
  TRACKER_MAX_CONNECTIONS,
  TRACKER_MAX_CONNECTIONS_PER_ADDRESS,
} from "../app/defaults.ts";
import { CONFIG_FLAG, type FlagSpec, type ProgramSpec, standardCommands } from "./spec.ts";
import { ACCESS_FLAGS } from "./tracker_access_flags.ts";
import { LIVE_FLAGS } from "./tracker_live_flags.ts";

function limit(name: string, fallback: number, help: string): FlagSpec {
  const max = 10_000_000;
  return { name, kind: "number", value: "N", help, default: String(fallback), min: 1, max };
}

/** What the tracker can be told; every one of them can stand in the file of `--config`, too. */
const FLAGS: readonly FlagSpec[] = [
  {
    name: CONFIG_FLAG,
    kind: "string",
    value: "FILE",
    help: "TOML file of settings, named like these flags; flags and variables beat it",
  },
  {
    name: "host",
    kind: "string",
    value: "ADDR",
    help: "address to listen on (default: every address, IPv4 and IPv6)",
  },
  {
    name: "port",
    short: "p",
    kind: "number",
    value: "PORT",
    help: "TCP port to listen on; 0 takes a free one",
    default: String(DEFAULT_TRACKER_PORT),
    min: 0,
    max: 65535,
  },
  {
    name: "http-port",
    kind: "number",
    value: "PORT",
    help: "port of HTTP and UDP, for BitTorrent clients " +
      `(default: ${DEFAULT_HTTP_PORT}, a free one with --port 0)`,
    min: 0,
    max: 65535,
  },
  {
    name: "no-http",
    kind: "boolean",
    help: "listen for neither HTTP nor UDP",
  },
  {
    name: "no-dashboard",
    kind: "boolean",
    help: "serve no pages for people over HTTP",
  },
  {
    name: "db",
    kind: "string",
    value: "FILE",
    help: "file to keep over a restart what is heard; :memory: keeps nothing; several trackers " +
      "share what they hear by redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER] " +
      "(default: tracker.db in the folder of --state-dir)",
  },
  {
    name: "state-dir",
    kind: "string",
    value: "DIR",
    help: "folder for what is kept over a restart (default: this system's place for it, " +
      "such as ~/.local/state/mini-torrent)",
  },
  {
    name: "classic-ttl",
    kind: "duration",
    value: "TIME",
    help: "how long a registration lasts that nobody renews",
    default: "24h",
    min: 1000,
  },
  {
    name: "name-ttl",
    kind: "duration",
    value: "TIME",
    help: "how long a share's name is remembered when nobody announces it any more",
    default: "168h",
    min: 1000,
  },
  limit("max-connections", TRACKER_MAX_CONNECTIONS, "connections at the same time"),
  limit(
    "max-connections-per-address",
    TRACKER_MAX_CONNECTIONS_PER_ADDRESS,
    "connections at the same time from one address",
  ),
  limit("max-peers-per-name", MAX_PEERS_PER_NAME, "peers kept for one name"),
  limit(
    "max-ports-per-address",
    MAX_PORTS_PER_ADDRESS,
    "ports that one address may hold for one name",
  ),
  limit("announce-rate", ANNOUNCE_RATE, "registrations a second from one address"),
  limit("announce-burst", ANNOUNCE_BURST, "registrations at once from one address"),
  ...ACCESS_FLAGS,
  ...LIVE_FLAGS,
];

/** The command line of the tracker. */
export const TRACKER_SPEC: ProgramSpec = {
  name: "tracker",
  help: "Tells peers who has a file: peers register what they share and ask who shares a name.",
  commands: [
    {
      name: "",
      aliases: [],
      help: "run the tracker until Ctrl-C",
      serves: true,
      operands: [],
      flags: FLAGS,
      examples: [
        { line: "tracker", what: "listen on port 8000 of every address" },
        { line: "tracker --host 127.0.0.1 --port 9000", what: "serve this machine only" },
        { line: "tracker --port 0 --no-http", what: "a free port, for the line protocol alone" },
        { line: "tracker --config tracker.toml", what: "take settings from a file" },
        { line: "MINI_TORRENT_PORT=9000 tracker", what: "take the port from the environment" },
      ],
    },
    {
      name: "config",
      aliases: [],
      help: "tell where each setting comes from, or what is wrong with the file of them",
      operands: [{ name: "ACTION", kind: "action", help: "what to do: check", choices: ["check"] }],
      flags: FLAGS,
      examples: [
        {
          line: "tracker config check --config tracker.toml",
          what: "exit code 0 if a tracker would take it, 64 if not",
        },
      ],
    },
    {
      name: "key",
      aliases: [],
      help: "the keys of a private tracker, also while it runs",
      operands: [
        {
          name: "ACTION",
          kind: "action",
          help: "what to do: add, list, revoke",
          choices: ["add", "list", "revoke"],
        },
        {
          name: "KEY",
          kind: "name",
          help: "its name; to revoke one also its number",
          optional: true,
        },
      ],
      flags: FLAGS,
      examples: [
        { line: "tracker key add anna", what: "show a new key, this once" },
        { line: "tracker key list", what: "number, since when, name" },
        { line: "tracker key revoke anna", what: "refuse it within seconds" },
      ],
    },
    ...standardCommands("tracker"),
  ],
};
