/** Who may use a tracker: lists and keys at every door. */
import { assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { AppError } from "../../lib/app/errors.ts";
import { addKey, revokeKey } from "../../lib/app/tracker/keys.ts";
import type { AccessFiles } from "../../lib/app/types.ts";
import { ANNOUNCERS, escaped } from "../support/announcers.ts";
import { trackerHere, Watched } from "../support/in_process.ts";
import { LineClient } from "../support/line_client.ts";
import { exchange } from "../support/originals.ts";
import { temporaryFolder } from "../support/programs.ts";

const V1 = "1".repeat(40);
const V2 = "2".repeat(64);
const SHORT = V2.slice(0, 40);
const OTHER = "3".repeat(40);

const NOT_THIS = "This tracker does not take this share";
const NOT_YOU = "Your address may not use this tracker";

/** A folder with lists, each given by its lines. */
async function listsOf(lists: { readonly [K in keyof AccessFiles]: string }) {
  const folder = await temporaryFolder();
  const files: Record<string, string> = {};
  for (const [name, text] of Object.entries(lists)) {
    files[name] = join(folder.path, `${name}.txt`);
    await Deno.writeTextFile(files[name], text);
  }
  return { files, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function text(port: number | undefined, path: string, key?: string) {
  const headers: HeadersInit = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return { status: response.status, body: await response.text() };
}

Deno.test("tracker access: a denied share is refused at every door, by whichever hash", async () => {
  await using lists = await listsOf({ denyHashes: `# bad\n${V1.toUpperCase()}  # one\n\r\n` });
  await using tracker = await trackerHere({ httpPort: 0, lists: lists.files });
  const { line, http, udp } = ANNOUNCERS;
  assertEquals(await line(tracker, { hash: OTHER }), "OK");
  assertEquals(await line(tracker, { hash: V1, v2: V2 }), `ERROR forbidden ${NOT_THIS}`);
  assertEquals(await http(tracker, { hash: V1 }), NOT_THIS);
  assertEquals(await udp(tracker, { hash: V1 }), NOT_THIS);
  for (const ask of [http, udp]) assertEquals(await ask(tracker, { hash: SHORT }), "OK");
});

Deno.test("tracker access: what others told of a share counts, and lists are read again", async () => {
  await using lists = await listsOf({ denyHashes: "" });
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, lists: lists.files }, context);
  const { line, http, udp } = ANNOUNCERS;
  assertEquals(await line(tracker, { hash: V1, v2: V2 }), "OK");
  await Deno.writeTextFile(lists.files.denyHashes!, `${V2}\n`);
  await tracker.reload();
  await context.logged(/info read again lists: 1 denied hashes/);
  assertEquals(await http(tracker, { hash: V1 }), NOT_THIS);
  assertEquals(await udp(tracker, { hash: SHORT }), NOT_THIS);
  using client = await LineClient.connect(tracker.port);
  const found = await client.ask('FIND {"name":"file"}', 'FIND {"prefix":"f"}');
  assertEquals(found, ['OK {"shares":[],"classic":[]}', 'OK {"shares":[],"classic":[]}']);
  assertEquals(JSON.parse((await text(tracker.httpPort, "/api/v1/shares")).body).shares, []);
  for (const hash of [V1, V2, SHORT]) {
    assertEquals((await text(tracker.httpPort, `/api/v1/shares/${hash}`)).status, 404, hash);
  }
  await Deno.writeTextFile(lists.files.denyHashes!, `${V1}\nnonsense\n`);
  await tracker.reload();
  const problem =
    /error the lists stay as they were: .*denyHashes\.txt line 2: "nonsense" is no info/;
  await context.logged(problem);
  assertEquals(await http(tracker, { hash: V1 }), NOT_THIS);
  await Deno.writeTextFile(lists.files.denyHashes!, "");
  await tracker.reload();
  assertEquals(await http(tracker, { hash: V1 }), "OK");
  assertEquals((await text(tracker.httpPort, `/api/v1/shares/${V2}`)).status, 200);
});

Deno.test("tracker access: where shares are listed that it takes, it takes no others", async () => {
  await using lists = await listsOf({ allowHashes: `${V2}\n` });
  await using tracker = await trackerHere({ httpPort: 0, lists: lists.files });
  const { line, http, udp } = ANNOUNCERS;
  assertEquals(await http(tracker, { hash: V1 }), NOT_THIS);
  assertEquals(await udp(tracker, { hash: OTHER }), NOT_THIS);
  assertEquals(await line(tracker, { hash: OTHER }), `ERROR forbidden ${NOT_THIS}`);
  assertEquals(await udp(tracker, { hash: SHORT }), "OK");
  assertEquals(await line(tracker, { hash: V1, v2: V2 }), "OK");
  assertEquals(await http(tracker, { hash: V1 }), "OK");
  assertMatch(await exchange(tracker.port, ["REGISTER file 9\n"]), /^ERROR .* listed shares only/);
  assertEquals(await exchange(tracker.port, ["GETPEERS file\n"]), "\n");
});

Deno.test("tracker access: scrapes tell nothing of what is refused", async () => {
  await using lists = await listsOf({ denyHashes: V1 });
  await using tracker = await trackerHere({ httpPort: 0, lists: lists.files });
  await ANNOUNCERS.http(tracker, { hash: OTHER });
  const scrape = async (...hashes: string[]) => {
    const query = hashes.map((hash) => `info_hash=${escaped(hash)}`).join("&");
    return (await text(tracker.httpPort, `/scrape?${query}`)).body;
  };
  assertMatch(await scrape(V1), /failure reason/);
  const both = await scrape(V1, OTHER);
  assertMatch(both, /incompletei0ee.*incompletei1ee/s);
});

Deno.test("tracker access: an address that may not use it is told so at every door", async () => {
  for (const lists of [{ denyAddresses: "127.0.0.0/8" }, { allowAddresses: "192.0.2.0/24\n::1" }]) {
    await using files = await listsOf(lists);
    await using tracker = await trackerHere({ httpPort: 0, lists: files.files });
    const { port, httpPort } = tracker;
    assertEquals(await exchange(port, []), `ERROR ${NOT_YOU}\n`);
    for (const ask of [ANNOUNCERS.http, ANNOUNCERS.udp]) {
      assertEquals(await ask(tracker, { hash: V1 }), NOT_YOU);
    }
    for (const path of ["/api/v1/shares", "/metrics", "/"]) {
      assertEquals((await text(httpPort, path)).status, 403, path);
    }
    assertEquals((await text(httpPort, "/healthz")).status, 200);
  }
});

Deno.test("tracker access: a list may come to name those who are connected", async () => {
  await using lists = await listsOf({ denyAddresses: "" });
  await using tracker = await trackerHere({ httpPort: 0, lists: lists.files });
  using client = await LineClient.connect(tracker.port);
  assertMatch((await client.ask("STATS"))[0]!, /^OK /);
  await exchange(tracker.port, ["REGISTER file 9\n"]);
  await Deno.writeTextFile(lists.files.denyAddresses!, "127.0.0.1");
  await tracker.reload();
  assertEquals(await client.ask("STATS", 'FIND {"name":"file"}', "GETPEERS file"), [
    `ERROR forbidden ${NOT_YOU}`,
    `ERROR forbidden ${NOT_YOU}`,
    `ERROR ${NOT_YOU}`,
  ]);
});

Deno.test("tracker access: a list that cannot be used is told with file and line at the start", async () => {
  const table: [AccessFiles, string, RegExp][] = [
    [{ denyHashes: "12" }, "invalid_input", /denyHashes\.txt line 1: "12" is no info-hash/],
    [{ allowHashes: `${V1}\n\n${V1}0` }, "invalid_input", /allowHashes\.txt line 3: "1+0" is no/],
    [{ denyAddresses: "10.0.0.1/8" }, "invalid_input", /denyAddresses\.txt line 1: .*leave out/],
    [{ allowAddresses: "x".repeat(3_000_000) }, "invalid_input", /line 1: it is over 1024 char/],
  ];
  for (const [lists, code, message] of table) {
    await using files = await listsOf(lists as Record<string, string>);
    const error = await assertRejects(() => trackerHere({ lists: files.files }), AppError);
    assertEquals((error as AppError).code, code);
    assertMatch((error as AppError).message, message);
  }
  const missing = { denyHashes: join("no", "such", "file") };
  const error = await assertRejects(() => trackerHere({ lists: missing }), AppError);
  assertEquals((error as AppError).code, "file_read");
});

Deno.test("tracker access: a private tracker serves those who have a key, at every door", async () => {
  await using folder = await temporaryFolder();
  const keys = join(folder.path, "keys.db");
  const { key } = addKey(keys, "anna");
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, keys, logRequests: true }, context);
  const { port, httpPort } = tracker;
  const wrong = "a".repeat(32);
  for (const [door, ask] of Object.entries(ANNOUNCERS)) {
    assertMatch(await ask(tracker, { hash: V1 }), /needs your key$/, door);
    assertMatch(await ask(tracker, { hash: V1, key: wrong }), /does not know your key/, door);
    assertEquals(await ask(tracker, { hash: V1, key }), "OK", door);
  }
  for (const verb of ["REGISTER file 9", "GETPEERS file"]) {
    assertMatch(await exchange(port, [`${verb}\n`]), /^ERROR This tracker is private/);
  }
  using client = await LineClient.connect(port);
  const keyed = JSON.stringify({ key });
  const find = (key?: string) => `FIND ${JSON.stringify({ name: "file", key })}`;
  const answers = await client.ask("STATS", `STATS ${keyed}`, find(), find(key), find(wrong));
  const codes = answers.map((answer) => /^(OK|ERROR \w+) /.exec(answer)?.[1]);
  const no = "ERROR unauthorized";
  assertEquals(codes, [no, "OK", no, "OK", no]);
  const scrape = `scrape?info_hash=${escaped(V1)}`;
  assertMatch((await text(httpPort, `/${scrape}`)).body, /needs your key/);
  assertMatch((await text(httpPort, `/${key}/${scrape}`)).body, /incompletei3e/);
  for (const path of ["/api/v1/shares", "/api/v1/stats", "/metrics"]) {
    assertEquals((await text(httpPort, path)).status, 401, path);
    assertEquals((await text(httpPort, path, wrong)).status, 401, path);
    assertEquals((await text(httpPort, path, key)).status, 200, path);
  }
  for (const path of ["/healthz", "/readyz"]) {
    assertEquals((await text(httpPort, path)).status, 200);
  }
  for (const path of ["announce", "", "x", `${key}/announce`]) {
    await text(httpPort, `/${key}/${path}?key=${key}`);
  }
  await context.logged(/GET \/…\/x 401/);
  assertEquals(context.lines.filter((line) => line.includes(key)), []);
});

Deno.test("tracker access: keys that are added or revoked are known while it runs", async () => {
  await using folder = await temporaryFolder();
  const keys = join(folder.path, "keys.db");
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, keys }, context);
  await context.logged(/warn private, and nobody has a key yet: tracker key add/);
  const { key } = addKey(keys, "anna");
  await context.logged(/info 1 key is good, before it was 0/);
  assertEquals(await ANNOUNCERS.udp(tracker, { hash: V1, key }), "OK");
  const other = addKey(keys, undefined);
  await context.logged(/info 2 keys are good/);
  revokeKey(keys, "anna");
  await context.logged(/info 1 key is good, before it was 2/);
  assertMatch(await ANNOUNCERS.http(tracker, { hash: V1, key }), /does not know your key/);
  assertEquals(await ANNOUNCERS.http(tracker, { hash: V1, key: other.key }), "OK");
  await Deno.writeTextFile(keys, "nonsense");
  await context.logged(
    /error the keys stay as they were: .*keys\.db is not a file of the tracker's/,
  );
  assertEquals(await ANNOUNCERS.http(tracker, { hash: V1, key: other.key }), "OK");
});

Deno.test("tracker access: a file of keys that is something else ends the start", async () => {
  await using folder = await temporaryFolder();
  const keys = join(folder.path, "keys.db");
  await Deno.writeTextFile(keys, "nonsense");
  const error = await assertRejects(() => trackerHere({ keys }), AppError, "cannot read its keys");
  assertEquals((error as AppError).code, "file_open");
});
