import { assertEquals, assertStrictEquals } from "jsr:@std/assert@1";
import { DiskError, diskError } from "./errors.ts";

/** An error as Deno makes it of the system's. */
function system(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

Deno.test("disk errors: a person reads what failed, with what, and why", () => {
  const table: [Error | string, string][] = [
    [
      new Deno.errors.NotFound("No such file or directory (os error 2): open '/x'"),
      "there is no such file or folder",
    ],
    [
      new Deno.errors.PermissionDenied("Access denied. (os error 5): open 'x'"),
      "permission denied",
    ],
    [system("Is a directory (os error 21): rename '/a' -> '/b'"), "Is a directory"],
    [system("Not a directory (os error 20): open '/a: b/c'"), "Not a directory"],
    [system("File name too long (os error 36): open '/a\nb\nc'"), "File name too long"],
    [system("Invalid name. (os error 123): stat 'a\nb'"), "Invalid name"],
    [system("Input/output error (os error 5)"), "Input/output error"],
    [
      system("file name contained an unexpected NUL byte: open '/a\0b'"),
      "file name contained an unexpected NUL byte",
    ],
    [system("EIO: i/o error, write", "EIO"), "i/o error, write"],
    [new Deno.errors.BadResource("Bad resource ID"), "Bad resource ID"],
    ["thrown text", "thrown text"],
  ];
  for (const [cause, why] of table) {
    const error = diskError("write", "write", "/some/file", cause);
    assertEquals(error.message, `cannot write "/some/file": ${why}`);
    assertEquals([error.code, error.fault, error.name], ["write", "local", "DiskError"]);
    assertStrictEquals(error.cause, cause);
  }
});

Deno.test("disk errors: a full disk is told apart, however the system says it", () => {
  const table = [
    system("No space left on device (os error 28)"),
    system("No space left on device (os error 28): open '/x'", "ENOSPC"),
    system("Disk quota exceeded (os error 122)", "EDQUOT"),
    system("ENOSPC: no space left on device, write", "ENOSPC"),
    system("There is not enough space on the disk. (os error 112)"),
  ];
  for (const cause of table) {
    const error = diskError("write", "finish", "/x", cause);
    assertEquals(error.code, "full", cause.message);
    assertEquals(
      error.message,
      'cannot finish "/x": the disk is full; make room, or choose another destination',
    );
  }
});

Deno.test("disk errors: what says already what happened passes unchanged", () => {
  const said = new DiskError("changed", '"x" shrank');
  assertStrictEquals(diskError("read", "read", "x", said), said);
});
