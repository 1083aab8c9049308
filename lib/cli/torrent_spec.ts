import type { CommandSpec, FlagSpec } from "./spec.ts";

const ALL_FLAG: FlagSpec = {
  name: "all",
  short: "a",
  kind: "boolean",
  help: "show long lists and long names whole",
};

/** The commands of the peer that make, show and check `.torrent` files. */
export const TORRENT_COMMANDS: readonly CommandSpec[] = [
  {
    name: "info",
    aliases: ["show"],
    help: "show what a torrent, a link, or a file or folder of one's own is",
    operands: [{
      name: "WHAT",
      kind: "file",
      help: "a .torrent file or its URL, a magnet link, an info-hash, or a file or folder",
    }],
    flags: [ALL_FLAG],
    examples: [
      { line: "peer info film.torrent", what: "its files, sizes, hashes, trackers" },
      { line: "peer info 'magnet:?xt=…'", what: "what the link itself tells" },
      { line: "peer info ~/Films/", what: "what the folder would be shared as" },
      { line: "peer info film.torrent --json", what: "everything, for a script" },
    ],
  },
  {
    name: "create",
    aliases: ["make"],
    help: "write a .torrent file that every BitTorrent program understands",
    operands: [{ name: "PATH", kind: "file", help: "file or folder to make it of" }],
    flags: [
      {
        name: "out",
        short: "o",
        kind: "string",
        value: "FILE",
        help: "file to write, or folder for it (default: NAME.torrent in this folder)",
      },
      {
        name: "as",
        kind: "string",
        value: "NAME",
        help: "what to call the content (default: as PATH); part of the info-hashes",
      },
      {
        name: "piece-length",
        kind: "string",
        value: "SIZE",
        help: "16KiB to 64MiB, a power of two (default: by the size of the content); another one " +
          "changes the info-hashes",
      },
      {
        name: "private",
        kind: "boolean",
        help: "peers come from the trackers alone; changes the info-hashes",
      },
      {
        name: "tracker",
        short: "t",
        kind: "strings",
        value: "URL",
        help: "URL, or HOST:PORT of a tracker of ours; may be given several times; leaves the " +
          "info-hashes as they are",
      },
      {
        name: "web-seed",
        kind: "strings",
        value: "URL",
        help: "where a web server has the content; may be given several times; leaves the " +
          "info-hashes as they are",
      },
      {
        name: "comment",
        kind: "string",
        value: "TEXT",
        help: "a comment; leaves the info-hashes as they are",
      },
      { name: "force", short: "f", kind: "boolean", help: "replace an existing file" },
    ],
    examples: [
      { line: "peer create film.mkv", what: "film.mkv.torrent in this folder" },
      { line: "peer create Films -o /tmp/films.torrent", what: "of a folder, somewhere else" },
      {
        line: "peer create film.mkv -t udp://tracker.example:6969 -t 192.0.2.7:8000",
        what: "with two trackers in it",
      },
    ],
  },
  {
    name: "verify",
    aliases: ["check"],
    help: "compare files with a torrent, and tell which of them and which pieces are wrong",
    operands: [
      { name: "WHAT", kind: "file", help: "the .torrent file, or its URL" },
      {
        name: "PATH",
        kind: "file",
        help: "the file or folder, or the folder that it is in",
      },
    ],
    flags: [ALL_FLAG],
    examples: [
      { line: "peer verify film.torrent ~/Films", what: "exit code 0 when all is right, else 12" },
      { line: "peer verify film.torrent film.mkv --json", what: "for a script" },
    ],
  },
];
