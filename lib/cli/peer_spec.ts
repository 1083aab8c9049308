import { DEFAULT_TRACKER, DEFAULT_TRACKER_PORT } from "../app/defaults.ts";
import { TRACKER_KEY_FLAG } from "./named_trackers.ts";
import { type FlagSpec, type ProgramSpec, standardCommands } from "./spec.ts";
import { SWARM_FLAGS } from "./swarm_flags.ts";
import { TORRENT_COMMANDS } from "./torrent_spec.ts";

const TRACKER_FLAG: FlagSpec = {
  name: "tracker",
  short: "t",
  kind: "trackers",
  value: "HOST:PORT",
  help: "tracker to use, or an HTTP or UDP tracker's URL; may be given several times",
  default: DEFAULT_TRACKER,
  defaultPort: DEFAULT_TRACKER_PORT,
};

const PEER_FLAG: FlagSpec = {
  name: "peer",
  kind: "addresses",
  value: "HOST:PORT",
  help: "peer to connect to, beside those that trackers tell of; may be given several times",
};

/** The command line of the peer. */
export const PEER_SPEC: ProgramSpec = {
  name: "peer",
  help: "Shares files and folders with other peers and fetches what they share.",
  commands: [
    {
      name: "",
      aliases: [],
      help: "show the menu (needs a terminal)",
      operands: [],
      flags: [TRACKER_FLAG, TRACKER_KEY_FLAG],
      examples: [
        { line: "peer", what: "the menu: seed, download, see what is shared" },
        { line: "peer seed report.pdf", what: "share a file until Ctrl-C" },
        { line: "peer download report.pdf", what: "fetch it into this folder" },
      ],
    },
    {
      name: "seed",
      aliases: ["share", "send"],
      help: "share files and folders until Ctrl-C",
      serves: true,
      operands: [{
        name: "PATH",
        kind: "file",
        help: "file or folder to share; each is a share of its own",
        many: true,
      }],
      flags: [
        {
          name: "as",
          kind: "string",
          value: "NAME",
          help: "what to call the share (default: as PATH); for one PATH only",
        },
        {
          name: "torrent-out",
          short: "o",
          kind: "string",
          value: "FILE",
          help: "write the .torrent file there; for one PATH only",
        },
        TRACKER_FLAG,
        TRACKER_KEY_FLAG,
        PEER_FLAG,
        ...SWARM_FLAGS,
        {
          name: "force",
          short: "f",
          kind: "boolean",
          help: "replace the file of --torrent-out",
        },
      ],
      examples: [
        { line: "peer seed film.mkv", what: "share a file, on a free port" },
        { line: "peer seed ~/Photos --as holidays", what: "a folder, by another name" },
        { line: "peer seed -p 9001 a.iso b.iso", what: "share two, on ports 9001 and 9002" },
        { line: "peer seed --tracker 192.0.2.7:8000 a.iso", what: "tell another tracker" },
        { line: "peer seed a.iso --up-limit 2MB", what: "send no more than 2 MB a second" },
      ],
    },
    {
      name: "download",
      aliases: ["get", "receive", "recv"],
      help: "fetch files and folders",
      serves: true,
      operands: [
        {
          name: "WHAT",
          kind: "name",
          help:
            "a name as it is shared, a magnet link, an info-hash, or a .torrent file or its URL",
          asked: true,
        },
        {
          name: "DEST",
          kind: "file",
          help: "folder or file to write to (default: this folder); several WHATs may stand before",
          optional: true,
          many: true,
        },
      ],
      flags: [
        {
          name: "to",
          kind: "string",
          value: "DEST",
          help: "the same as DEST; all that stands without a flag is then a WHAT",
        },
        {
          name: "from",
          kind: "addresses",
          value: "IP:PORT",
          help: "take it from that peer: only from it in a swarm, from it first if it is one of " +
            "the original's; may be given several times",
        },
        PEER_FLAG,
        TRACKER_FLAG,
        TRACKER_KEY_FLAG,
        {
          name: "hash",
          kind: "string",
          value: "PREFIX",
          help: "the beginning of the info-hash, where several contents bear the name",
          form: { pattern: /^[0-9a-f]{4,64}$/i, called: "4 to 64 hexadecimal digits" },
        },
        {
          name: "only",
          kind: "strings",
          value: "PATTERN",
          help:
            "fetch only files that fit, such as '*.pdf' or 'docs/**'; may be given several times",
        },
        {
          name: "sequential",
          kind: "boolean",
          help: "fetch the pieces in their order",
        },
        {
          name: "stdout",
          kind: "boolean",
          help: "write one file to standard output as it arrives, proven and in order",
        },
        { name: "seed", kind: "boolean", help: "go on sharing when it is complete, until Ctrl-C" },
        {
          name: "ratio",
          kind: "decimal",
          value: "R",
          help: "share until so many times its size was sent",
          max: 1_000_000,
        },
        {
          name: "seed-time",
          kind: "duration",
          value: "TIME",
          help: "share for so long",
        },
        {
          name: "sha256",
          kind: "string",
          value: "HEX",
          help: "the SHA-256 that the file must have",
          form: { pattern: /^[0-9a-f]{64}$/i, called: "64 hexadecimal digits" },
        },
        { name: "force", short: "f", kind: "boolean", help: "replace existing files" },
        {
          name: "classic",
          kind: "boolean",
          help: "take it from seeders of the original, whatever else is there",
        },
        ...SWARM_FLAGS,
        {
          name: "stall-timeout",
          kind: "duration",
          value: "TIME",
          help: "give up when nothing arrives for so long (default: 60s for a peer of the " +
            "original's, never in a swarm)",
          min: 1,
          max: 86_400_000,
        },
      ],
      examples: [
        { line: "peer download film.mkv", what: "into this folder" },
        { line: "peer get film.mkv ~/Films/", what: "into another folder" },
        { line: "peer get 'magnet:?xt=…' --seed", what: "by its link, and share it on" },
        { line: "peer get data.torrent --only '*.csv'", what: "some of its files" },
        { line: "peer get a.iso b.iso --to ~/iso/", what: "several at once" },
        { line: "peer get film.mkv --stdout | mpv -", what: "watch it while it arrives" },
        { line: "peer get film.mkv --json -y", what: "for a script" },
      ],
    },
    ...TORRENT_COMMANDS,
    {
      name: "list",
      aliases: ["peers"],
      help: "show who has a file or folder",
      operands: [{ name: "NAME", kind: "name", help: "its name, as it is shared" }],
      flags: [TRACKER_FLAG, TRACKER_KEY_FLAG],
      examples: [
        { line: "peer list film.mkv", what: "one address a line" },
        { line: "peer list Films", what: "of a folder: how many have it" },
      ],
    },
    ...standardCommands("peer"),
  ],
};
