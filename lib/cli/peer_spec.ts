import { DEFAULT_TRACKER, DEFAULT_TRACKER_PORT, SHARE_MAX_CONNECTIONS } from "../app/defaults.ts";
import { type FlagSpec, type ProgramSpec, standardCommands } from "./spec.ts";

const TRACKER_FLAG: FlagSpec = {
  name: "tracker",
  short: "t",
  kind: "addresses",
  value: "HOST:PORT",
  help: "tracker to use; may be given several times",
  default: DEFAULT_TRACKER,
  defaultPort: DEFAULT_TRACKER_PORT,
};

/** The command line of the peer. */
export const PEER_SPEC: ProgramSpec = {
  name: "peer",
  help: "Shares files with other peers and fetches what they share.",
  commands: [
    {
      name: "",
      aliases: [],
      help: "show the menu (needs a terminal)",
      operands: [],
      flags: [TRACKER_FLAG],
      examples: [
        { line: "peer", what: "the menu: seed, download, see what is shared" },
        { line: "peer seed report.pdf", what: "share a file until Ctrl-C" },
        { line: "peer download report.pdf", what: "fetch it into this folder" },
      ],
    },
    {
      name: "seed",
      aliases: ["share", "send"],
      help: "share files until Ctrl-C",
      operands: [{ name: "FILE", kind: "file", help: "file to share", many: true }],
      flags: [
        {
          name: "port",
          short: "p",
          kind: "number",
          value: "PORT",
          help: "port to serve from; several files take the ones after it (default: a free one)",
          min: 0,
          max: 65535,
        },
        {
          name: "host",
          kind: "string",
          value: "ADDR",
          help: "address to listen on (default: every address)",
        },
        TRACKER_FLAG,
        {
          name: "max-connections",
          kind: "number",
          value: "N",
          help: "transfers of a file at the same time; more wait",
          default: String(SHARE_MAX_CONNECTIONS),
          min: 1,
          max: 100_000,
        },
      ],
      examples: [
        { line: "peer seed film.mkv", what: "share a file, on a free port" },
        { line: "peer seed -p 9001 a.iso b.iso", what: "share two, on ports 9001 and 9002" },
        { line: "peer seed --tracker 192.0.2.7:8000 a.iso", what: "tell another tracker" },
      ],
    },
    {
      name: "download",
      aliases: ["get", "receive", "recv"],
      help: "fetch a file by its name",
      operands: [
        { name: "NAME", kind: "name", help: "name of the file, as it is shared", asked: true },
        {
          name: "DEST",
          kind: "file",
          help: "folder or file to write to (default: this folder)",
          optional: true,
        },
      ],
      flags: [
        {
          name: "from",
          kind: "addresses",
          value: "IP:PORT",
          help: "peer to take it from, tried first; may be given several times",
        },
        TRACKER_FLAG,
        {
          name: "sha256",
          kind: "string",
          value: "HEX",
          help: "the SHA-256 that the file must have",
          form: { pattern: /^[0-9a-f]{64}$/i, called: "64 hexadecimal digits" },
        },
        { name: "force", short: "f", kind: "boolean", help: "replace an existing file" },
        {
          name: "stall-timeout",
          kind: "duration",
          value: "TIME",
          help: "give up a peer that sends nothing for so long",
          default: "60s",
          min: 1,
          max: 86_400_000,
        },
      ],
      examples: [
        { line: "peer download film.mkv", what: "into this folder" },
        { line: "peer get film.mkv ~/Films/", what: "into another folder" },
        { line: "peer get film.mkv --from 192.0.2.8:9001", what: "from that peer first" },
        { line: "peer get film.mkv --json -y", what: "for a script" },
      ],
    },
    {
      name: "list",
      aliases: ["peers"],
      help: "show who has a file",
      operands: [{ name: "NAME", kind: "name", help: "name of the file, as it is shared" }],
      flags: [TRACKER_FLAG],
      examples: [{ line: "peer list film.mkv", what: "one address a line" }],
    },
    ...standardCommands("peer"),
  ],
};
