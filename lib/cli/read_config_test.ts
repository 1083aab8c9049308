import { assertEquals, assertStringIncludes, assertThrows } from "jsr:@std/assert@1";
import { join } from "node:path";
import { AppError } from "../app/errors.ts";
import { MAX_CONFIG_BYTES } from "./config_file.ts";
import { readConfigText } from "./read_config.ts";

function fails(path: string): string {
  const error = assertThrows(() => readConfigText(path), AppError);
  return `${error.code}: ${error.message}`;
}

Deno.test("a file of settings is read whole, and no more than it may have", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "t.toml");
    await Deno.writeTextFile(path, 'host = "gr\u00fc\u00dfe"\n');
    assertEquals(readConfigText(path), 'host = "gr\u00fc\u00dfe"\n');
    await Deno.writeTextFile(path, "#".repeat(MAX_CONFIG_BYTES));
    assertEquals(readConfigText(path).length, MAX_CONFIG_BYTES);
    await Deno.writeTextFile(path, "#".repeat(MAX_CONFIG_BYTES + 1));
    assertStringIncludes(fails(path), "usage: ");
    assertStringIncludes(fails(path), "more than the 65536 bytes");
    await Deno.writeFile(path, new Uint8Array([0xff, 0xfe, 0x31]));
    assertStringIncludes(fails(path), "is not UTF-8");
    assertStringIncludes(fails(join(folder, "none")), "file_open: ");
    assertStringIncludes(fails(join(folder, "none")), "there is no such file");
    assertEquals(/^file_(open|read): /.test(fails(folder)), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a file of settings that Deno may not read is told, without a question",
  permissions: { read: false },
  fn() {
    assertEquals(
      fails("t.toml"),
      "file_open: t.toml may not be read: run Deno with --allow-read=t.toml.",
    );
  },
});
