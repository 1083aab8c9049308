import { assert, assertEquals, assertStrictEquals } from "jsr:@std/assert@1";
import { DiskError, type DiskErrorCode } from "../disk/errors.ts";
import { fromDisk } from "./disk_errors.ts";
import { AppError, EXIT_CODES } from "./errors.ts";

Deno.test("disk errors: each has the exit code of its kind and says what to do", () => {
  const table: [DiskErrorCode, number][] = [
    ["open", 6],
    ["read", 7],
    ["write", 8],
    ["full", 8],
    ["exists", 73],
    ["changed", 7],
  ];
  for (const [code, exit] of table) {
    const cause = new DiskError(code, 'cannot write "x": the disk is full');
    const error = fromDisk(cause, "Nothing is kept.");
    assert(error instanceof AppError);
    assertEquals(EXIT_CODES[error.code], exit, code);
    assertEquals(error.message, 'Cannot write "x": the disk is full. Nothing is kept.');
    assertStrictEquals(error.cause, cause);
  }
  const short = fromDisk(new DiskError("changed", '"x" shrank'));
  assertEquals((short as Error).message, '"x" shrank.');
});

Deno.test("disk errors: what is none passes unchanged", () => {
  for (const other of [new AppError("internal", "x"), new TypeError("x"), "x", undefined]) {
    assertStrictEquals(fromDisk(other, "Nothing is kept."), other);
  }
});
