import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { bytesOf } from "../../tests/support/programs.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import type { BytesJob } from "./bytes_job.ts";
import { DiskError } from "./errors.ts";
import { PieceHashing } from "./piece_hashing.ts";

const MIB = 1024 * 1024;

function jobOf(length: number): BytesJob {
  const memory = bytesOf(length + 100);
  return { kind: "bytes", memory, length, padding: 5, blocks: true };
}

Deno.test("piece hashing: both threads find the same, and memory comes back", async () => {
  using hashing = new PieceHashing(true);
  for (const length of [1, 16_384, 100_000]) {
    const here = hashing.here(jobOf(length));
    const { memory, ...there } = await hashing.elsewhere(jobOf(length));
    assertEquals(there, here);
    assertEquals(here.blocks?.length, 32 * Math.ceil(length / 16_384));
    assertEquals(memory, bytesOf(length + 100));
  }
});

Deno.test("piece hashing: only hashes that are wanted", () => {
  using hashing = new PieceHashing(false);
  const { memory, length, kind } = jobOf(10);
  assertEquals(hashing.here({ kind, memory, length, blocks: false }), {});
  assertEquals(hashing.mayLend(1), false, "there is no other thread");
});

Deno.test("piece hashing: no more than a few pieces wait for the other thread", async () => {
  using hashing = new PieceHashing(true);
  assertEquals([hashing.mayLend(8 * MIB), hashing.mayLend(8 * MIB + 1)], [true, false]);
  const first = hashing.elsewhere(jobOf(6 * MIB));
  assertEquals([hashing.mayLend(2 * MIB), hashing.mayLend(3 * MIB)], [true, false]);
  const second = hashing.elsewhere(jobOf(1));
  assertEquals(hashing.mayLend(1), false);
  await Promise.all([first, second]);
  assertEquals(hashing.mayLend(8 * MIB), true);
});

Deno.test("piece hashing: a thread that dies is an error", async () => {
  class DeadWorker {
    onmessage?: (event: { data: unknown }) => void;
    onerror?: (event: { message: string; preventDefault(): void }) => void;
    constructor() {
      queueMicrotask(() => this.onmessage?.({ data: { kind: "ready" } }));
    }
    postMessage(): void {
      queueMicrotask(() => this.onerror?.({ message: "it is no more", preventDefault: () => {} }));
    }
    terminate(): void {}
  }
  using _worker = replaced(globalThis, "Worker", DeadWorker as unknown as typeof Worker);
  using hashing = new PieceHashing(true);
  await assertRejects(() => hashing.elsewhere(jobOf(1)), DiskError, "it is no more");
  assertEquals(hashing.mayLend(8 * MIB), true);
});
