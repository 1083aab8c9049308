import { assertEquals } from "jsr:@std/assert@1";
import { shellWord } from "./shell_word.ts";

Deno.test("shell word: plain text stays, the rest is quoted so that nothing in it runs", () => {
  const table = [
    ["film.mkv", "film.mkv"],
    ["/a/b-c_d:8000", "/a/b-c_d:8000"],
    ["[::1]:9000", "'[::1]:9000'"],
    ["two words", "'two words'"],
    ["$(reboot)", "'$(reboot)'"],
    ["`x` ; y\\", "'`x` ; y\\'"],
    ["it's", `'it'\\''s'`],
    ["", "''"],
  ];
  for (const [text, word] of table) assertEquals(shellWord(text!), word);
});
