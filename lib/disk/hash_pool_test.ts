import { assertEquals, assertRejects } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { bytesOf, temporaryFolder } from "../../tests/support/programs.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { DiskError } from "./errors.ts";
import { HashPool } from "./hash_pool.ts";

const CONTENT = bytesOf(100_000);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

/** A worker that ends in some way. */
class DeadWorker {
  onmessage: ((event: unknown) => void) | undefined;
  onerror: ((event: unknown) => void) | undefined;
  static how: "thrown" | "at once" | "at work" = "thrown";

  constructor() {
    if (DeadWorker.how === "thrown") throw new Deno.errors.NotCapable("no workers here");
    if (DeadWorker.how === "at once") queueMicrotask(() => this.#end());
    else queueMicrotask(() => this.onmessage?.({ data: { kind: "ready" } }));
  }

  postMessage(): void {
    queueMicrotask(() => this.#end());
  }

  terminate(): void {}

  #end(): void {
    this.onerror?.({ message: "it is no more", preventDefault() {} });
  }
}

Deno.test("hash pool: where no thread can be had, the work is done here", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await Deno.writeFile(path, CONTENT);
  for (const how of ["thrown", "at once"] as const) {
    DeadWorker.how = how;
    using _worker = replaced(globalThis, "Worker", DeadWorker as unknown as typeof Worker);
    using pool = new HashPool({ workers: 3 });
    const job = { kind: "file", path, length: CONTENT.length } as const;
    const found = await Promise.all([pool.run(job), pool.run(job), pool.run(job), pool.run(job)]);
    assertEquals(found.map(({ sha256 }) => sha256), Array(4).fill(SHA256));
  }
});

Deno.test("hash pool: a thread that dies at work is an error, not a wait", async () => {
  DeadWorker.how = "at work";
  using _worker = replaced(globalThis, "Worker", DeadWorker as unknown as typeof Worker);
  using pool = new HashPool({ workers: 1 });
  const job = { kind: "file", path: "/none", length: 1 } as const;
  for (let tries = 0; tries < 2; tries++) {
    const error = await assertRejects(() => pool.run(job), DiskError);
    assertEquals(error.message, "a thread that hashes ended: it is no more");
  }
});

Deno.test("hash pool: a thread's errors are those of this one", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "none");
  const said: string[] = [];
  for (const workers of [0, 1]) {
    using pool = new HashPool({ workers });
    const job = { kind: "file", path, length: 1 } as const;
    const error = await assertRejects(() => pool.run(job), DiskError);
    said.push(`${error.code}: ${error.message}`);
  }
  assertEquals(said[0], said[1]);
});

Deno.test("hash pool: the signal ends all jobs, those that wait for a thread among them", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "sparse");
  const length = 4 * 1024 ** 3;
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, length);
  const controller = new AbortController();
  using pool = new HashPool({ workers: 1, signal: controller.signal });
  const jobs = Array.from(
    { length: 5 },
    () => pool.run({ kind: "file", path, length }, () => controller.abort(new Error("enough"))),
  );
  for (const job of await Promise.allSettled(jobs)) {
    assertEquals(job.status === "rejected" && job.reason.message, "enough");
  }
  if (Deno.build.os === "linux") {
    const open = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
      try {
        return Deno.readLinkSync(`/proc/self/fd/${name}`);
      } catch {
        return ""; // that of the folder itself
      }
    });
    assertEquals(open.filter((one) => one === path), [], "no file is left open");
  }
});
