import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { trackerHere, Watched } from "../../../tests/support/in_process.ts";
import { temporaryFolder } from "../../../tests/support/programs.ts";
import { AppError } from "../errors.ts";
import type { TrackerOptions } from "../types.ts";

const TOKEN = "0123456789abcdef";

async function statusOf(options: Partial<TrackerOptions>): Promise<number> {
  await using tracker = await trackerHere({ httpPort: 0, ...options });
  return await statusAt(tracker.httpPort);
}

/** What is answered to who shows the token and asks for the peers of a share that nobody has. */
async function statusAt(port: number | undefined): Promise<number> {
  const url = `http://127.0.0.1:${port}/api/v1/shares/${"11".repeat(20)}/peers`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  await response.body?.cancel();
  return response.status;
}

Deno.test("open live: the admin token is told, or stands in a file", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "token");
  await Deno.writeTextFile(file, `${TOKEN}\n`);
  assertEquals(await statusOf({ adminToken: TOKEN }), 404);
  assertEquals(await statusOf({ adminTokenFile: file }), 404);
  assertEquals(await statusOf({ adminToken: `${TOKEN}x`, adminTokenFile: file }), 401);
  assertEquals(await statusOf({}), 403);
});

Deno.test("open live: the file of the token is read again; one that is none changes nothing", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "token");
  await Deno.writeTextFile(file, "another-token-of-before");
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, adminTokenFile: file }, context);
  assertEquals(await statusAt(tracker.httpPort), 401);
  await Deno.writeTextFile(file, TOKEN);
  await tracker.reload();
  assertEquals(await statusAt(tracker.httpPort), 404);
  await Deno.writeTextFile(file, "short");
  await tracker.reload();
  await context.logged(/^error the admin token stays as it was: .* is not 16 to 200/);
  assertEquals(await statusAt(tracker.httpPort), 404);
});

Deno.test("open live: what cannot be used ends the tracker with a reason, and frees its ports", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  await Deno.writeTextFile(at("short"), "short");
  await Deno.writeFile(at("long"), new Uint8Array(5_000));
  await Deno.mkdir(at("folder"));
  const cases: [Partial<TrackerOptions>, string, RegExp][] = [
    [{ adminToken: "short" }, "usage", /of --admin-token is not 16 to 200/],
    [{ adminTokenFile: at("short") }, "usage", /of the file ".*short" is not 16 to 200/],
    [{ adminTokenFile: at("long") }, "usage", /is not 16 to 200/],
    [{ adminTokenFile: at("none") }, "file_open", /Check --admin-token-file/],
    [{ adminTokenFile: at("folder") }, "file_open", /no regular file/],
    [{ torrents: at("none") }, "file_open", /Check --torrents/],
    [{ torrents: at("short") }, "file_open", /Check --torrents/],
  ];
  for (const [options, code, message] of cases) {
    const error = await assertRejects(() => trackerHere({ httpPort: 0, ...options }), AppError);
    assertEquals(error.code, code);
    assertMatch(error.message, message);
    assertEquals(error.message.includes("short."), false);
  }
});
