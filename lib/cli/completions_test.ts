import { assertStringIncludes } from "jsr:@std/assert@1";
import { completions } from "./completions.ts";
import { PEER_SPEC } from "./peer_spec.ts";
import { SHELLS } from "./spec.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";

for (const shell of SHELLS) {
  Deno.test(`${shell} learns every command and flag`, () => {
    for (const program of [PEER_SPEC, TRACKER_SPEC]) {
      const script = completions(program, shell);
      for (const command of program.commands) {
        for (const name of [command.name, ...command.aliases]) assertStringIncludes(script, name);
        for (const flag of command.flags) assertStringIncludes(script, flag.name);
      }
    }
  });
}
