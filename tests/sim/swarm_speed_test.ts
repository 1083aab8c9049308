/** How long swarms take, measured against what no swarm can be faster than (`Group.ideal`). */
import { assert, assertEquals, assertLessOrEqual } from "jsr:@std/assert@1";
import { CHANCES, Group, type GroupOptions, MB, MiB } from "./swarm_group.ts";

/** Runs a swarm to its end and checks what holds for each that meets nobody hostile. */
function run(options: GroupOptions): Group {
  const group = new Group(options);
  group.introduce();
  group.finish();
  for (const node of group.network.nodes) assertEquals(node.banned, [], "nobody is blamed");
  for (const node of group.downloaders) assert(node.have.isFull);
  return group;
}

/** The last downloader is done within so many times the ideal time. */
function checkLast(group: Group, most: number): void {
  const ratio = group.finishes.at(-1)! / group.ideal;
  assertLessOrEqual(ratio, most, `the last is done after ${ratio.toFixed(3)} times the ideal`);
}

/** Every downloader is done within 30 % of the same time. */
function checkFair(group: Group): void {
  const middle = group.finishes[group.finishes.length >> 1]!;
  for (const finish of group.finishes) {
    assert(finish >= 0.7 * middle && finish <= 1.3 * middle, `${finish} and ${middle}`);
  }
}

for (const chance of CHANCES) {
  Deno.test(`swarm: 30 downloaders and one seed, equal uplinks, within 1.25 (${chance})`, () => {
    const group = run({ chance, size: 32 * MiB, pieceLength: 65_536, downloaders: 30 });
    checkLast(group, 1.25);
    checkFair(group);
  });

  Deno.test(`swarm: 30 downloaders of v1, a seed twice as fast, within 1.25 (${chance})`, () => {
    const group = run({
      chance,
      size: 32 * MiB,
      pieceLength: 131_072,
      v1: true,
      downloaders: 30,
      seed: { up: 2 * MB },
    });
    checkLast(group, 1.25);
    checkFair(group);
  });

  Deno.test(`swarm: a seed limited to 10 MB/s and 16 downloaders within 1.5 (${chance})`, () => {
    const group = run({
      chance,
      size: 100 * MB,
      pieceLength: 262_144,
      downloaders: 16,
      seed: { up: 10 * MB },
      downloader: { up: 50 * MB, down: 50 * MB },
    });
    checkLast(group, 1.5);
    checkFair(group);
  });

  Deno.test(`swarm: a seed with a slow uplink and 16 downloaders within 1.25 (${chance})`, () => {
    const group = run({
      chance,
      size: 8 * MiB,
      pieceLength: 65_536,
      downloaders: 16,
      seed: { up: MB / 5 },
    });
    checkLast(group, 1.25);
    checkFair(group);
  });

  Deno.test(`swarm: uplinks of very different speed, and connections that end (${chance})`, () => {
    const slow = { up: MB / 4, down: 4 * MB };
    const group = run({
      chance,
      size: 8 * MiB,
      pieceLength: 65_536,
      downloaders: 12,
      downloader: slow,
      others: [{ up: 2 * MB, down: 2 * MB }, { up: 2 * MB, down: 2 * MB }],
      network: { holdUp: 0.02, break: 0.0001 },
    });
    assert(group.finishes.every(Number.isFinite));
  });
}

Deno.test("swarm: the same chance makes the same swarm, another makes another", () => {
  const trace = (chance: number) => {
    const options = { chance, size: MiB, pieceLength: 32_768, downloaders: 5 };
    return run(options).network.trace;
  };
  assertEquals(trace(7), trace(7));
  assert(trace(7) !== trace(8));
});
