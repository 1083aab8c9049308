import { assert, assertEquals, assertMatch, assertThrows } from "jsr:@std/assert@1";
import { join } from "node:path";
import { skippable, temporaryFolder } from "../../../tests/support/programs.ts";
import { AppError } from "../errors.ts";
import { addKey, listKeys, revokeKey } from "./keys.ts";

function refused(act: () => void): AppError {
  return assertThrows(act, AppError) as unknown as AppError;
}

Deno.test("keys: each is another one, and found by its name or its number", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "keys.db");
  const [anna, other] = [addKey(path, "anna"), addKey(path, undefined)];
  for (const { key } of [anna, other]) assertMatch(key, /^[a-z2-7]{32}$/);
  assert(anna.key !== other.key);
  assertEquals(listKeys(path).map(({ id, name }) => [id, name]), [[1, "anna"], [2, undefined]]);
  assertEquals(revokeKey(path, "2").id, 2);
  assertEquals(revokeKey(path, "anna").id, 1);
  assertEquals(refused(() => revokeKey(path, "anna")).code, "not_found");
  const none = join(folder.path, "none.db");
  assertEquals(listKeys(none), []);
  assertEquals(refused(() => revokeKey(none, "anna")).code, "not_found");
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["keys.db"]);
  const bytes = Deno.readFileSync(path);
  assert(!new TextDecoder("latin1").decode(bytes).includes(anna.key), "a key is in its file");
});

Deno.test("keys: a name that is taken, a number, too long or unseen is refused", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "keys.db");
  addKey(path, "anna");
  for (const name of ["anna", "", "12", "x".repeat(101), "a\u202eb", "a\nb"]) {
    assertEquals(refused(() => addKey(path, name)).code, "invalid_input", name);
  }
  assertEquals(listKeys(path).length, 1);
});

Deno.test("keys: a place that cannot be used is told", async () => {
  await using folder = await temporaryFolder();
  const error = refused(() => listKeys(folder.path));
  assertEquals(error.code, "file_open");
  assertMatch(error.message, /--keys FILE/);
});

const NOT_ROOT = Deno.build.os === "linux" && Deno.uid() === 0 ? undefined : "only root gives away";

skippable(
  "keys: root's go to the owner of the folder, who runs the tracker",
  NOT_ROOT,
  async () => {
    await using folder = await temporaryFolder();
    Deno.chownSync(folder.path, 65_534, 65_534);
    const path = join(folder.path, "keys.db");
    addKey(path, "anna");
    assertEquals(Deno.statSync(path).uid, 65_534);
    addKey(path, "bert");
    assertEquals(Deno.statSync(path).uid, 65_534);
  },
);
