import { createCommand } from "./create_command.ts";
import { downloadCommand } from "./download_command.ts";
import { infoCommand } from "./info_command.ts";
import { listCommand } from "./list_command.ts";
import { menuCommand } from "./menu.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { runProgram } from "./run_program.ts";
import { seedCommand } from "./seed_command.ts";
import { verifyCommand } from "./verify_command.ts";

/**
 * Runs the peer program.
 *
 * @param args Its arguments.
 * @returns Its exit code.
 */
export function runPeer(args: readonly string[]): Promise<number> {
  const handlers = {
    "": menuCommand,
    seed: seedCommand,
    download: downloadCommand,
    info: infoCommand,
    create: createCommand,
    verify: verifyCommand,
    list: listCommand,
  };
  return runProgram(PEER_SPEC, handlers, args);
}
