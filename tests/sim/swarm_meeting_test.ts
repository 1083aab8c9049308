/** Swarms in which peers tell each other of the torrent and of peers, and in which some choose. */
import { assert, assertEquals, assertGreater, assertLess } from "jsr:@std/assert@1";
import { Bitfield } from "../../lib/base/bitfield.ts";
import { CHANCES, Group, MB, MiB } from "./swarm_group.ts";

const SMALL = { size: 4 * MiB, pieceLength: 65_536 };

function order(group: Group): Map<number, number[]> {
  const orders = new Map(group.network.nodes.map(({ index }) => [index, [] as number[]]));
  group.network.gained = (node, piece) => orders.get(node.index)!.push(piece);
  return orders;
}

for (const chance of CHANCES) {
  Deno.test(`swarm: all begin with the info-hash alone and have the metadata of peers (${chance})`, () => {
    const group = new Group({ chance, ...SMALL, downloaders: 6, downloader: { magnet: true } });
    group.introduce();
    group.finish();
    for (const node of group.downloaders) assert(node.have.isFull);
    for (const node of group.network.nodes) assertEquals(node.banned, []);
  });

  Deno.test(`swarm: peers that know only one address find each other by PEX (${chance})`, () => {
    const group = new Group({ chance, size: 16 * MiB, pieceLength: 65_536, downloaders: 8 });
    const [first, ...others] = group.downloaders;
    const know = (node: typeof first, known: typeof first) => {
      const addresses = [known!.address];
      node!.take({ kind: "candidates", source: "tracker", addresses, local: true });
    };
    group.network.after(0, () => {
      know(first, group.seed);
      for (const node of others) know(node, first);
    });
    group.network.run(20_000);
    const peers = others.map((node) => node.ends.size);
    assertGreater(Math.min(...peers), 4, `after 20 seconds they have ${peers} peers`);
    group.finish();
    for (const node of group.downloaders) assert(node.have.isFull);
  });

  Deno.test(`swarm: of a private torrent no peer tells another (${chance})`, () => {
    const group = new Group({
      chance,
      ...SMALL,
      downloaders: 6,
      downloader: { up: MB / 8 },
      network: { private: true },
    });
    const [first, ...others] = group.downloaders;
    group.network.after(0, () => {
      for (const node of [group.seed, ...others]) {
        const addresses = [first!.address];
        node.take({ kind: "candidates", source: "tracker", addresses, local: true });
      }
    });
    group.finish();
    for (const node of group.downloaders) assert(node.have.isFull);
    for (const node of others) assertEquals(node.engine.snapshot(group.network.now).known, 1);
  });

  Deno.test(`swarm: in sequential mode the pieces come nearly in their order (${chance})`, () => {
    const group = new Group({
      chance,
      ...SMALL,
      downloaders: 1,
      downloader: { options: { sequential: true } },
      others: [{ up: MB, down: MB, have: "all" }],
    });
    const orders = order(group);
    group.introduce();
    group.finish();
    orders.get(group.downloaders[0]!.index)!.forEach((piece, at) => {
      assertLess(Math.abs(piece - at), 12, `piece ${piece} comes as number ${at}`);
    });
  });

  Deno.test(`swarm: only what is wanted is downloaded, and more when more is wanted (${chance})`, () => {
    const wanted = new Bitfield(64);
    for (let piece = 10; piece < 20; piece++) wanted.add(piece);
    const group = new Group({
      chance,
      ...SMALL,
      downloaders: 3,
      downloader: { options: { wanted } },
    });
    group.introduce();
    group.finish();
    for (const { have } of group.downloaders) assertEquals([...have], [...wanted]);
    const more = wanted.clone();
    more.add(63);
    for (const node of group.downloaders) node.take({ kind: "want", pieces: more });
    const all = () => group.downloaders.every(({ have }) => have.has(63));
    group.network.run(group.network.now + 60_000, all);
    for (const { have } of group.downloaders) assertEquals([...have], [...more]);
  });

  Deno.test(`swarm: a slow peer does not hold up the end (${chance})`, () => {
    const group = new Group({
      chance,
      size: 8 * MiB,
      pieceLength: MiB,
      downloaders: 1,
      others: [{ up: 20_000, down: MB, have: "all" }],
      seed: { up: 2 * MB },
    });
    group.introduce();
    group.finish();
    // Alone the slow one would take 0.8 s for each block, and a minute for what it is asked at first.
    assertLess(group.finishes[0]!, 8000);
    assertLess(group.downloaders[0]!.engine.snapshot(group.network.now).wasted, MiB);
  });
}
