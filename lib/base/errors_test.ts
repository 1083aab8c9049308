import { assert, assertEquals } from "jsr:@std/assert@1";
import { LayerError, messageOf } from "./errors.ts";

class SampleError extends LayerError<"one" | "two"> {
  override readonly name = "SampleError";
}

Deno.test("a layer's error carries its code, whose fault it was and the cause", () => {
  const cause = new Error("underneath");
  const error = new SampleError("two", "it broke", { cause, fault: "remote" });
  assert(error instanceof Error);
  assertEquals([error.name, error.code, error.message], ["SampleError", "two", "it broke"]);
  assertEquals(error.fault, "remote");
  assert(error.cause === cause);
});

Deno.test("a layer's error is ours and without a cause unless told otherwise", () => {
  const error = new SampleError("one", "it broke");
  assertEquals(error.fault, "local");
  assert(!("cause" in error));
});

Deno.test("messageOf: the text of anything thrown", () => {
  assertEquals(messageOf(new SampleError("one", "it broke")), "it broke");
  assertEquals(messageOf("a word"), "a word");
  assertEquals(messageOf(undefined), "undefined");
  assertEquals(messageOf(null), "null");
  assertEquals(messageOf(7), "7");
});
