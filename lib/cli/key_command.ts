import { AppError } from "../app/errors.ts";
import { addKey, listKeys, revokeKey } from "../app/tracker/keys.ts";
import { keysFile } from "./keys_file.ts";
import type { Session } from "./session.ts";
import { timestamp } from "./logger.ts";

/**
 * `tracker key add|list|revoke`: the keys of a private tracker. A tracker that runs need not be told.
 *
 * @returns The exit code.
 */
export function keyCommand(session: Session): Promise<number> {
  const { line, flags, terminal } = session;
  const [action, which] = line.operands;
  const path = keysFile(flags, (name) => terminal.env(name));
  switch (action) {
    case "add":
      add(path, which, session);
      break;
    case "list":
      if (which !== undefined) throw usage(`"${which}" is one argument too many.`);
      list(path, session);
      break;
    case "revoke":
      if (which === undefined) throw usage("KEY is missing: its name or its number.");
      revoke(path, which, session);
      break;
  }
  return Promise.resolve(0);
}

function add(path: string, name: string | undefined, { output, context }: Session): void {
  const { id, key } = addKey(path, name);
  output.line(key);
  context.log("info", `key ${id} is good from now on; it is not shown again`);
  context.log("info", "BitTorrent clients announce at http://HOST:PORT/KEY/announce");
  context.log("info", "peers are given it with --tracker-key or MINI_TORRENT_TRACKER_KEY");
  output.end("result", { command: "key add", id, ...name !== undefined && { name }, key });
}

function list(path: string, { output }: Session): void {
  const keys = listKeys(path);
  const width = Math.max(0, ...keys.map(({ id }) => String(id).length));
  for (const { id, name = "-", added } of keys) {
    output.line(`${String(id).padStart(width)}  ${timestamp(new Date(added))}  ${name}`);
  }
  output.end("result", {
    command: "key list",
    keys: keys.map(({ added, ...key }) => ({ ...key, added: new Date(added).toISOString() })),
  });
}

function revoke(path: string, which: string, { output }: Session): void {
  const { id, name } = revokeKey(path, which);
  output.line(`revoked key ${id}${name === undefined ? "" : ` (${name})`}`);
  output.end("result", { command: "key revoke", id, ...name !== undefined && { name } });
}

function usage(what: string): AppError {
  return new AppError("usage", `tracker key: ${what} See: tracker key --help`);
}
