import { assertEquals } from "jsr:@std/assert@1";
import { Output } from "./output.ts";

Deno.test("JSON output has versioned objects and exactly one last one", () => {
  const written: string[] = [];
  const output = new Output({ write: (text) => written.push(text) > 0, json: true });
  output.line("for a person");
  output.event("progress", { received: 1 });
  output.end("result", { ok: true });
  output.end("error", { code: "internal" });
  output.event("progress", { received: 2 });
  assertEquals(written, [
    '{"v":1,"type":"progress","received":1}\n',
    '{"v":1,"type":"result","ok":true}\n',
  ]);
});

Deno.test("a person gets lines and no objects", () => {
  const written: string[] = [];
  const output = new Output({ write: (text) => written.push(text) > 0, json: false });
  output.event("progress", {});
  output.line("hello");
  output.end("result", {});
  assertEquals(written, ["hello\n"]);
});

Deno.test("when nobody reads any more, that is told once and nothing is written", () => {
  let closed = 0;
  let writes = 0;
  const write = () => {
    writes++;
    return false;
  };
  const output = new Output({ write, json: false, onClosed: () => closed++ });
  output.line("a");
  output.line("b");
  assertEquals([writes, closed], [1, 1]);
});
