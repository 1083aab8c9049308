/** The tracker: tells peers who has a file. `tracker --help` tells the rest. */
import { runTracker } from "./lib/cli/tracker_main.ts";
import { dashboard } from "./lib/web/dashboard.ts";

if (import.meta.main) Deno.exit(await runTracker(Deno.args, dashboard));
