/** Swarms with peers that lie, stall or leave: all finish, and nobody is blamed but the guilty. */
import { assert, assertEquals, assertGreater, assertLessOrEqual } from "jsr:@std/assert@1";
import type { Node } from "./node.ts";
import { CHANCES, Group, type GroupOptions, MB, MiB } from "./swarm_group.ts";

const SMALL = { size: 4 * MiB, pieceLength: 65_536, downloaders: 8 };

function finished(options: GroupOptions): Group {
  const group = new Group(options);
  group.introduce();
  group.finish();
  for (const node of group.downloaders) assert(node.have.isFull, `peer ${node.index} is not done`);
  return group;
}

/** Nobody but these is banned by anybody that is honest. */
function checkBlame(group: Group, guilty: readonly Node[]): void {
  const hosts = new Set(guilty.map((node) => node.host));
  for (const node of [group.seed, ...group.downloaders]) {
    for (const host of node.banned) assert(hosts.has(host), `${host} is innocent`);
  }
}

function wasted(group: Group): number {
  return group.downloaders.reduce((sum, { engine }) => {
    return sum + engine.snapshot(group.network.now).wasted;
  }, 0);
}

for (const chance of CHANCES) {
  Deno.test(`swarm: a liar in a v2 torrent is banned for its first bad block (${chance})`, () => {
    const group = finished({
      chance,
      ...SMALL,
      others: [{ up: MB, down: MB, have: "all", lies: 1 }],
    });
    checkBlame(group, group.others);
    const fooled = group.downloaders.filter(({ banned }) => banned.length > 0);
    assertGreater(fooled.length, 0, "somebody was lied to");
    for (const { banned, closed } of fooled) {
      assertEquals(banned.length, 1, "one ban is enough");
      assertEquals(closed.filter((code) => code === "false_data").length, 1);
    }
    assertLessOrEqual(wasted(group) / group.downloaders.length, 30 * 16_384);
  });

  Deno.test(`swarm: one that lies now and then in a v2 torrent is found, too (${chance})`, () => {
    const liar = { up: 2 * MB, down: MB, have: "all" as const, lies: 0.05 };
    const group = finished({ chance, ...SMALL, others: [liar] });
    checkBlame(group, group.others);
    assert(group.downloaders.some(({ banned }) => banned.length > 0));
  });

  Deno.test(`swarm: a liar in a v1 torrent is banned, and nobody else (${chance})`, () => {
    const liar = { up: MB, down: MB, have: "all" as const, lies: 1 };
    const group = finished({ chance, ...SMALL, v1: true, others: [liar] });
    checkBlame(group, group.others);
    assert(group.downloaders.some(({ banned }) => banned.length > 0));
  });

  Deno.test(`swarm: a peer that unchokes and sends nothing holds nobody up long (${chance})`, () => {
    const stalling = { up: MB, down: MB, have: "all" as const, stalls: true };
    const without = finished({ chance, ...SMALL });
    const group = finished({ chance, ...SMALL, others: [stalling] });
    checkBlame(group, []);
    assertLessOrEqual(group.finishes.at(-1)!, without.finishes.at(-1)! + 65_000);
  });

  Deno.test(`swarm: the seed leaves when exactly one copy is out, and all finish (${chance})`, () => {
    const group = new Group({ chance, ...SMALL, size: 16 * MiB, downloaders: 16 });
    const out = new Set<number>();
    group.network.gained = (_, piece) => {
      out.add(piece);
      if (out.size === group.torrent.layout.pieceCount) group.network.remove(group.seed);
    };
    group.introduce();
    group.finish();
    assert(group.seed.gone);
    for (const node of group.downloaders) assert(node.have.isFull, `peer ${node.index}`);
    checkBlame(group, []);
    const copies = group.seed.sentBlocks * 16_384 / group.torrent.size;
    assertLessOrEqual(copies, 1.5, "the seed sent little more than once");
  });
}
