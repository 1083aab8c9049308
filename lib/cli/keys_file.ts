import { dirname, join } from "node:path";
import { AppError } from "../app/errors.ts";
import type { Flags } from "./flags.ts";
import { stateFile } from "./state_file.ts";

const FILE = "keys.db";

/**
 * Where the keys of a private tracker are: `--keys`, or `keys.db` beside the file of `--db` or in the
 * folder of `--state-dir`, which without these is this system's place for it.
 *
 * @param env Reads the environment.
 * @throws {AppError} `usage` where nobody knows a place.
 */
export function keysFile(flags: Flags, env: (name: string) => string | undefined): string {
  const [keys, db, stateDir] = ["keys", "db", "state-dir"].map((name) => flags.string(name));
  if (keys !== undefined) return keys;
  const isFile = db !== undefined && db !== ":memory:" && !db.includes("://");
  const given = {
    ...isFile && { db },
    ...stateDir !== undefined && { stateDir },
  };
  const state = stateFile(given, env);
  if (state) return join(dirname(state.path), FILE);
  throw new AppError("usage", "tracker: nobody says where keys are kept; name a file with --keys.");
}
