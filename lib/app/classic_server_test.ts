import { assert, assertEquals } from "jsr:@std/assert@1";
import { Watched } from "../../tests/support/in_process.ts";
import { classicDownload, StandIn } from "../../tests/support/originals.ts";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { SourceFile } from "../disk/source_file.ts";
import { Connection } from "../net/connection.ts";
import { ClassicServer } from "./classic_server.ts";

const CONTENT = bytesOf(300_000);

/** A server of one file behind a port; each connection is served. */
async function serving(maxTransfers: number) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const path = `${folder.path}/file`;
  await Deno.writeFile(path, CONTENT);
  const problems: string[] = [];
  const context = new Watched();
  const server = new ClassicServer({
    name: "file",
    source: await SourceFile.register(path, () => {}),
    maxTransfers,
    up: [],
    onChanged: (problem) => void problems.push(problem),
  }, context);
  const port = stack.use(
    new StandIn(async (conn) => {
      const connection = new Connection(conn);
      await server.serve(connection);
      connection.close();
    }),
  ).port;
  const owned = stack.move();
  return {
    server,
    port,
    path,
    problems,
    context,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

Deno.test("classic server: any number at once, those that are too many one after the other", async () => {
  await using it = await serving(2);
  const downloads = await Promise.all(Array.from({ length: 6 }, () => classicDownload(it.port)));
  for (const { content } of downloads) assertEquals(content.length, CONTENT.length);
  while (it.server.completed < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(it.server.uploaded, 6 * CONTENT.length);
  assertEquals([it.server.failed, it.server.waiting, it.server.active.length], [0, 0, 0]);
});

Deno.test("classic server: a file that changed is not sent as what it was", async () => {
  await using it = await serving(2);
  await Deno.writeFile(it.path, bytesOf(200_000, 2));
  const got = await classicDownload(it.port).catch(() => undefined);
  assert(got === undefined || got.content.length < CONTENT.length);
  assertEquals(it.problems.length, 1);
  assert(/shrank/.test(it.problems[0]!), it.problems[0]);
  assertEquals([it.server.completed, it.server.failed], [0, 1]);
});

Deno.test("classic server: once it is stopped nobody begins", async () => {
  await using it = await serving(1);
  it.server.stop();
  const got = await classicDownload(it.port).catch(() => undefined);
  assertEquals(got, undefined);
  assertEquals(it.server.completed, 0);
});
