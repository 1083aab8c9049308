import { assertEquals } from "jsr:@std/assert@1";
import { DiskError } from "../disk/errors.ts";
import { DiskPause } from "./disk_pause.ts";

Deno.test("a disk that fails again and again is told of once, and when it does better", () => {
  const lines: string[] = [];
  const pause = new DiskPause((level, message) => lines.push(`${level} ${message}`));
  pause.succeeded();
  assertEquals(pause.problem, undefined);
  pause.failed(new DiskError("full", 'cannot write "a": full'));
  pause.failed(new DiskError("full", 'cannot write "b": full'));
  assertEquals(pause.problem, 'cannot write "b": full');
  pause.succeeded();
  pause.succeeded();
  assertEquals(pause.problem, undefined);
  pause.failed(new DiskError("write", 'cannot write "a": broken'));
  assertEquals(lines, [
    'warn cannot write "a": full; it waits and tries again by itself',
    "info the disk takes data again; going on",
    'warn cannot write "a": broken; it waits and tries again by itself',
  ]);
});

Deno.test("a file that cannot be read or named holds nothing up", () => {
  const lines: string[] = [];
  const pause = new DiskPause((level, message) => lines.push(`${level} ${message}`));
  for (const path of ["a", "a", "b"]) pause.failed(new DiskError("changed", `"${path}" shrank`));
  pause.failed(new DiskError("exists", '"c" exists already'));
  assertEquals(pause.problem, undefined);
  assertEquals(lines, [
    'error "a" shrank; it is not served',
    'error "b" shrank; it is not served',
    'error "c" exists already; the others go on',
  ]);
});
