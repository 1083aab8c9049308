import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import {
  content,
  type Plain,
  plain,
  toBuild,
  treeOf,
} from "../../tests/vectors/torrent_content.ts";
import { toHex } from "../base/bytes.ts";
import { type Encodable, encodeBencode, toKey } from "./bencode.ts";
import { buildTorrent } from "./create.ts";
import { MetaError, type MetaErrorCode } from "./errors.ts";
import { parseMetainfo } from "./metainfo.ts";
import { encodeMetainfo } from "./metainfo_writer.ts";

const PIECE = 16_384;
const V1 = { length: 5, name: "n", "piece length": PIECE, pieces: new Uint8Array(20) };
const parse = (torrent: Plain) => parseMetainfo(encodeBencode(plain(torrent)));

const { root, layer } = treeOf(content(50_000, 1), PIECE);
const small = treeOf(content(100, 2), PIECE).root;

/** A v2 torrent of a file of 50,000 bytes and one of 100, with these piece layers. */
function v2(layers: Encodable | undefined, length = 50_000): Uint8Array {
  const info = plain({
    "file tree": {
      large: { "": { length, "pieces root": root } },
      small: { "": { length: 100, "pieces root": small } },
    },
    "meta version": 2,
    name: "n",
    "piece length": PIECE,
  });
  const entries: [string, Encodable][] = [["info", info]];
  if (layers !== undefined) entries.push(["piece layers", layers]);
  return encodeBencode(new Map(entries));
}

function refused(bytes: Uint8Array, code: MetaErrorCode, why: string) {
  const error = assertThrows(() => parseMetainfo(bytes), MetaError, why);
  assertEquals([error.code, error.fault], [code, "remote"]);
}

Deno.test("parseMetainfo: what is no torrent", () => {
  const text = (all: string) => new TextEncoder().encode(all);
  refused(text(""), "bad_bencode", "at byte 0");
  refused(text("<!doctype html>"), "bad_bencode", "byte 0x3c");
  refused(text("4:spam"), "bad_metainfo", "the torrent is no dictionary");
  refused(text("de"), "bad_metainfo", "info is missing");
  refused(text("d4:info4:spame"), "bad_metainfo", "info is no dictionary");
  refused(new Uint8Array(10 * 1024 * 1024 + 1), "too_large", "10485760 are the most");
});

Deno.test("parseMetainfo: the info-hash is over the bytes as they are", () => {
  const { info } = parse({ announce: "http://t.example/a", info: V1, zzz: [1, { x: 2 }] });
  assertEquals(info.bytes, encodeBencode(plain(V1)));
  assertEquals(info.v1!.infoHash as string, "9dc726f80cb240409bd72fd2bf31978e928a4e89");
});

Deno.test("parseMetainfo: trackers by tier (BEP 12)", () => {
  const trackers = (torrent: Record<string, Plain>) => parse({ info: V1, ...torrent }).trackers;
  const [a, b, c] = ["http://a.example/x", "udp://b.example:1", "https://c.example/y"];
  assertEquals(trackers({}), []);
  assertEquals(trackers({ announce: a }), [[a]]);
  assertEquals(trackers({ announce: a, "announce-list": [[b, c], [a]] }), [[b, c], [a]]);
  assertEquals(trackers({ announce: a, "announce-list": [[b], [b, c]] }), [[b], [c]]);
  assertEquals(trackers({ announce: a, "announce-list": [] }), [[a]]);
  assertEquals(trackers({ announce: a, "announce-list": [[], [""]] }), [[a]]);
  assertEquals(trackers({ announce: a, "announce-list": [[1, [b], b], 5, {}] }), [[b]]);
  assertEquals(trackers({ announce: a, "announce-list": b }), [[a]]);
  assertEquals(trackers({ announce: 5 }), []);
  assertEquals(trackers({ announce: ` ${a}\n` }), [[a]]);
  assertEquals(trackers({ announce: "http://" + "x".repeat(3_000) }), []);
  const many = Array.from({ length: 1_000 }, (_, index) => [`udp://t${index}.example:1`]);
  assertEquals(trackers({ "announce-list": many }).length, 256);
});

Deno.test("parseMetainfo: web seeds, comment and creator", () => {
  const read = (torrent: Record<string, Plain>) => parse({ info: V1, ...torrent });
  assertEquals(read({}).webSeeds, []);
  assertEquals(read({ "url-list": "http://w.example/" }).webSeeds, ["http://w.example/"]);
  assertEquals(read({ "url-list": ["http://w/", 1, "", "http://w/"] }).webSeeds, ["http://w/"]);
  const told = read({ comment: Uint8Array.of(0xff), "created by": "me" });
  assertEquals([told.comment, told.createdBy], ["\ufffd", "me"]);
  assertEquals(read({ comment: "?", "comment.utf-8": "é" }).comment, "é");
  assertEquals("comment" in read({ comment: 1 }), false);
});

Deno.test("parseMetainfo: piece layers that lead to their roots", () => {
  const layers = new Map([[toKey(root), layer]]);
  assertEquals([...parseMetainfo(v2(layers)).pieceLayers], [[toHex(root), layer]]);
  const more = new Map([...layers, [toKey(small), small]]);
  assertEquals(parseMetainfo(v2(more)).pieceLayers.size, 1, "one of a single piece says nothing");
});

Deno.test("parseMetainfo: piece layers that don't", () => {
  const one = (bytes: Encodable) => v2(new Map([[toKey(root), bytes]]));
  const flipped = layer.slice();
  flipped[127]! ^= 1;
  refused(v2(undefined), "bad_metainfo", "piece layers is missing");
  refused(v2([]), "bad_metainfo", "piece layers is no dictionary");
  refused(v2(new Map()), "bad_piece_layer", 'that of "large" is missing');
  refused(one(flipped), "bad_piece_layer", 'that of "large" does not lead to its root');
  refused(one(layer.subarray(0, 96)), "bad_piece_layer", "is not 4 hashes of 32 bytes");
  refused(one(layer.subarray(0, 127)), "bad_piece_layer", "is not 4 hashes of 32 bytes");
  refused(one(root), "bad_piece_layer", "is not 4 hashes of 32 bytes");
  refused(one(5), "bad_piece_layer", "is not 4 hashes of 32 bytes");
  refused(v2(new Map([[toKey(root), layer]]), 70_000), "bad_piece_layer", "is not 5 hashes");
  const unknown = new Map([[toKey(root), layer], ["x".repeat(32), layer]]);
  refused(v2(unknown), "bad_piece_layer", "of a root that no file has");
});

Deno.test("encodeMetainfo: what it writes is read again", () => {
  const sources = [{ path: ["a"], length: 50_000, seed: 1 }, {
    path: ["b", "ü"],
    length: 3,
    seed: 2,
  }];
  const built = buildTorrent(toBuild("née", false, PIECE, sources));
  const options = {
    trackers: [["http://a.example/"], [], ["udp://b.example:1", "udp://c.example:1"]],
    webSeeds: ["http://w.example/"],
    comment: "ein Gruß",
    createdBy: "Mini-Torrent",
  };
  const { info, pieceLayers, ...rest } = parseMetainfo(encodeMetainfo(built, options));
  const trackers = [["http://a.example/"], ["udp://b.example:1", "udp://c.example:1"]];
  assertEquals(rest, { ...options, trackers });
  assertEquals(pieceLayers, built.pieceLayers);
  assertEquals([info.v1!.infoHash, info.v2!.infoHash], [built.infoHash, built.infoHashV2]);
  assertEquals(encodeMetainfo({ info: info.bytes, pieceLayers }), encodeMetainfo(built));
});

Deno.test("encodeMetainfo: nothing is written that was not given", () => {
  const info = encodeBencode(plain(V1));
  const text = new TextDecoder().decode(encodeMetainfo({ info }, { trackers: [[]] }));
  assertEquals(text, `d4:info${new TextDecoder().decode(info)}e`);
  assertThrows(
    () => encodeMetainfo({ info, pieceLayers: new Map([["xyz", root]]) }),
    RangeError,
    "no root in hex",
  );
});
