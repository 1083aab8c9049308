/** Programs that others wrote at a private tracker of ours, and through TLS. */
import { assert } from "jsr:@std/assert@1";
import { join } from "node:path";
import { addKey } from "../../lib/app/tracker/keys.ts";
import type { RunningTracker, TrackerOptions } from "../../lib/app/types.ts";
import { trackerHere, Watched } from "../support/in_process.ts";
import { OTHER_TLS } from "../support/other_tls.ts";
import { skippable, temporaryFolder } from "../support/programs.ts";
import { aria2 } from "./support/aria2.ts";
import { PATIENCE_MS } from "./support/child.ts";
import { libtorrent } from "./support/libtorrent.ts";
import { transmission } from "./support/transmission.ts";
import { webtorrent } from "./support/webtorrent.ts";

const MAGNET = `magnet:?xt=urn:btih:${"1".repeat(40)}`;

/** Waits until somebody announced. */
async function announced(tracker: RunningTracker, context: Watched): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (tracker.snapshot().peers < 1) {
    assert(performance.now() < deadline, `nobody announced:\n${context.lines.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A private tracker that namespaces reach, too, with one key. */
async function privateTracker(options: Partial<TrackerOptions> = {}) {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  const keys = join(path, "keys.db");
  const { key } = addKey(keys, undefined);
  const context = new Watched();
  const given = { host: "0.0.0.0", httpPort: 0, keys, logRequests: true, ...options };
  const tracker = stack.use(await trackerHere(given, context));
  const held = stack.move();
  return {
    tracker,
    context,
    key,
    url: (scheme: string, key: string) =>
      `${scheme}://127.0.0.1:${tracker.httpPort}/${key}/announce`,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

// Others send no path over UDP (BEP 41).
const PAIRS = [
  { program: aria2, scheme: "http" },
  { program: libtorrent(), scheme: "http" },
  { program: libtorrent(), scheme: "udp" },
  { program: transmission(), scheme: "http" },
  { program: webtorrent, scheme: "http" },
];

for (const { program, scheme } of PAIRS) {
  const name = `interop: ${program.name} announces over ${scheme} with its key in the path`;
  skippable(name, program.missing(), async () => {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await temporaryFolder());
    const place = stack.use(await privateTracker());
    const { tracker, context, key, url } = place;
    const agent = stack.use(await program.open());
    const refused = url(scheme, "a".repeat(32));
    const download = { what: MAGNET, into: path, peers: [] };
    stack.use(await agent.download({ ...download, tracker: refused }));
    await context.logged(/does not know your key/);
    assert(tracker.snapshot().peers === 0);
    const other = stack.use(await program.open());
    stack.use(await other.download({ ...download, tracker: url(scheme, key) }));
    await announced(tracker, context);
    assert(context.lines.every((line) => !line.includes(key)));
  });
}

for (const program of [aria2, libtorrent()]) {
  const name = `interop: ${program.name} announces through TLS`;
  skippable(name, program.missing(), async () => {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await temporaryFolder());
    const tls = { cert: join(path, "cert.pem"), key: join(path, "key.pem") };
    await Deno.writeTextFile(tls.cert, OTHER_TLS.cert);
    await Deno.writeTextFile(tls.key, OTHER_TLS.key);
    const { tracker, context, key, url } = stack.use(await privateTracker({ tls }));
    const agent = stack.use(await program.open());
    const download = { what: MAGNET, into: path, peers: [] };
    stack.use(await agent.download({ ...download, tracker: url("https", key) }));
    await announced(tracker, context);
  });
}
