import { assert, assertEquals } from "jsr:@std/assert@1";
import { replaced } from "../../tests/support/stand_ins.ts";
import { systemTerminal } from "./terminal.ts";

/** Stands in for the writing of a standard stream; each call does what the next step says. */
function stream(file: typeof Deno.stdout | typeof Deno.stderr, steps: (number | Error)[]) {
  const written: number[] = [];
  let calls = 0;
  const writing = replaced(file, "writeSync", (bytes: Uint8Array) => {
    const step = steps[calls++] ?? Infinity;
    if (step instanceof Error) throw step;
    const count = Math.min(step, bytes.length);
    written.push(...bytes.subarray(0, count));
    return count;
  });
  return {
    text: () => new TextDecoder().decode(new Uint8Array(written)),
    calls: () => calls,
    [Symbol.dispose]: () => writing[Symbol.dispose](),
  };
}

const BUSY = new Deno.errors.WouldBlock("Resource temporarily unavailable (os error 11)");
const BROKEN = new Deno.errors.BrokenPipe("Broken pipe (os error 32)");

Deno.test("all of a text is written, however small the parts and slow the reader", () => {
  const terminal = systemTerminal();
  const text = "gr\u00fc\u00dfe, \u65e5\u672c\u8a9e\n";
  {
    using out = stream(Deno.stdout, [1, 2, BUSY, 3, BUSY, BUSY, 1]);
    assert(terminal.out(text));
    assertEquals([out.text(), out.calls()], [text, 8]);
  }
  {
    using err = stream(Deno.stderr, [3, BUSY]);
    terminal.err(text);
    assertEquals(err.text(), text);
  }
});

Deno.test("when nobody reads the output any more, that is told, and errors are dropped", () => {
  const terminal = systemTerminal();
  {
    using out = stream(Deno.stdout, [2, BROKEN]);
    assertEquals(terminal.out("hello\n"), false);
    assertEquals([out.text(), out.calls()], ["he", 2]);
  }
  {
    using err = stream(Deno.stderr, [BROKEN]);
    terminal.err("hello\n");
    assertEquals(err.calls(), 1);
  }
});

Deno.test("the terminal's size is asked each time, and 80 by 24 where nobody knows", () => {
  const terminal = systemTerminal();
  for (const columns of [132, 20]) {
    using _size = replaced(Deno, "consoleSize", () => ({ columns, rows: columns + 1 }));
    assertEquals([terminal.columns(), terminal.rows()], [columns, columns + 1]);
  }
  {
    using _size = replaced(Deno, "consoleSize", () => ({ columns: 0, rows: 0 }));
    assertEquals([terminal.columns(), terminal.rows()], [80, 24]);
  }
  using _size = replaced(Deno, "consoleSize", () => {
    throw new Error("Inappropriate ioctl for device (os error 25)");
  });
  assertEquals([terminal.columns(), terminal.rows()], [80, 24]);
});

Deno.test("the environment is read where that is granted", () => {
  Deno.env.set("MINI_TORRENT_TEST", "a word");
  try {
    const { env } = systemTerminal();
    assertEquals(env("MINI_TORRENT_TEST"), "a word");
    assertEquals(env("MINI_TORRENT_TEST_2"), undefined);
  } finally {
    Deno.env.delete("MINI_TORRENT_TEST");
  }
});

Deno.test({
  name: "the environment is empty where it may not be read, and no question is asked",
  permissions: { env: ["MINI_TORRENT_JSON"] },
  fn() {
    Deno.env.set("MINI_TORRENT_JSON", "1");
    const { env } = systemTerminal();
    assertEquals(env("MINI_TORRENT_JSON"), "1");
    assertEquals(env("PATH"), undefined);
    assertEquals(env("NO_COLOR"), undefined);
    Deno.env.delete("MINI_TORRENT_JSON");
  },
});
