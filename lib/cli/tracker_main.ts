import { STOP_GRACE_MS } from "../app/defaults.ts";
import { startTracker } from "../app/tracker/tracker.ts";
import type { WebFace } from "../app/tracker/web_face.ts";
import type { Log } from "../base/log.ts";
import { checkConfig } from "./config_command.ts";
import { keyCommand } from "./key_command.ts";
import { readConfig } from "./read_config.ts";
import { onReloadSignal } from "./reload_signal.ts";
import { runProgram } from "./run_program.ts";
import { aborted, type Session } from "./session.ts";
import { trackerOptions } from "./tracker_options.ts";
import { TRACKER_SPEC } from "./tracker_spec.ts";

/**
 * Runs the tracker program.
 *
 * @param args Its arguments.
 * @param web Makes its pages for people, where they are wanted.
 * @returns Its exit code.
 */
export function runTracker(
  args: readonly string[],
  web: (log: Log) => WebFace,
): Promise<number> {
  const run = (session: Session) => track(session, web);
  return runProgram(TRACKER_SPEC, { "": run, config: checkConfig, key: keyCommand }, args, {
    readConfig,
  });
}

async function track(session: Session, web: (log: Log) => WebFace): Promise<number> {
  const { flags, output, signal, context } = session;
  const options = trackerOptions(flags, (name) => session.terminal.env(name));
  if (options.state === undefined && flags.string("db") !== ":memory:") {
    const todo = "nobody says where; name a folder with --state-dir, or --db :memory:";
    context.log("info", `keeps nothing over a restart: ${todo}`);
  }
  await using tracker = await startTracker({
    ...options,
    ...(flags.boolean("no-dashboard") ? {} : { web: web(context.log) }),
  }, context);
  // In a terminal without anything to read again it is the terminal that went away.
  const files = Object.keys(options.lists ?? {}).length > 0 || options.tls !== undefined ||
    options.adminTokenFile !== undefined;
  const reloads = files || !session.terminal.stdinIsTerminal;
  using _reload = reloads ? onReloadSignal(() => tracker.reload()) : undefined;
  context.log("info", `listening on ${tracker.addresses.join(", ")}`);
  if (tracker.httpPort !== undefined) {
    const where = tracker.httpAddresses.join(", ");
    context.log("info", `listening for HTTP and UDP on ${where}`);
  }
  output.event("listening", {
    addresses: tracker.addresses,
    port: tracker.port,
    ...(tracker.httpPort === undefined ? {} : { http_port: tracker.httpPort }),
  });
  await aborted(signal);
  context.log("info", "stopping");
  await tracker.stop(STOP_GRACE_MS);
  const { requests, refused, names, peers } = tracker.snapshot();
  context.log("info", `stopped after ${requests} requests, ${refused} of them refused`);
  output.end("result", { command: "tracker", requests, refused, names, peers });
  return 0;
}
