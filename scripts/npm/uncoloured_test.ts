import { assertEquals } from "jsr:@std/assert@1";
import { WriteStream } from "node:tty";
import { setColorEnabled } from "./colors.ts";
import { keepPromptsPlain } from "./uncoloured.ts";

Deno.test("prompts see a terminal without colours where they were turned off", () => {
  const { hasColors } = WriteStream.prototype;
  try {
    setColorEnabled(false);
    keepPromptsPlain();
    assertEquals(WriteStream.prototype.hasColors(), false);
  } finally {
    WriteStream.prototype.hasColors = hasColors;
    setColorEnabled(true);
  }
});
