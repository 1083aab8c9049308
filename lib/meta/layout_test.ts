import { assert, assertEquals, assertThrows } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { Layout, type LayoutInfo, MAX_REQUEST } from "./layout.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

/** Which file each byte of piece space is of; -1 is padding. */
type Model = { readonly info: LayoutInfo; readonly owner: Int32Array; readonly padded: boolean };

type Version = "v1" | "aligned" | "v2";

const PIECE_LENGTHS = [BLOCK_LENGTH, 2 * BLOCK_LENGTH, 4 * BLOCK_LENGTH];

/** Files one after the other; `gaps` says how much padding follows each. */
function modelOf(
  pieceLength: number,
  items: readonly { length: number; gap: number }[],
  version: Version,
): Model {
  const files: { length: number; offset: number }[] = [];
  let [next, span] = [0, 0];
  for (const { length, gap } of items) {
    if (version !== "v1" && length > 0) next = Math.ceil(next / pieceLength) * pieceLength;
    files.push({ length, offset: next });
    next += length;
    span = version === "v1" || length > 0 ? next : span;
    if (version === "v1") next += gap;
  }
  const owner = new Int32Array(Math.ceil(span / pieceLength) * pieceLength).fill(-1);
  files.forEach(({ offset, length }, file) => owner.fill(file, offset, offset + length));
  const pieceCount = Math.ceil(span / pieceLength);
  const v1 = version === "v2" ? undefined : true;
  return { info: { pieceLength, pieceCount, span, files, v1 }, owner, padded: version !== "v2" };
}

/** What `modelOf` takes; a failure prints this, not every byte. */
const shapes = fc.tuple(
  fc.constantFrom(...PIECE_LENGTHS),
  fc.array(
    fc.record({
      length: fc.oneof(
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) },
        fc.constantFrom(BLOCK_LENGTH - 1, BLOCK_LENGTH, BLOCK_LENGTH + 1, 4 * BLOCK_LENGTH),
        fc.integer({ min: 0, max: 100_000 }),
      ),
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 })),
    }),
    { maxLength: 8 },
  ),
  fc.constantFrom<Version>("v1", "aligned", "v2"),
);

Deno.test("Layout: sizes and blocks are those of the model", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { info, owner, padded } = modelOf(...shape);
      const layout = new Layout(info);
      assertEquals(layout.pieceCount, info.pieceCount);
      for (let piece = 0; piece < info.pieceCount; piece++) {
        const begin = piece * info.pieceLength;
        const bytes = owner.subarray(begin, begin + info.pieceLength);
        const data = bytes.findLastIndex((file) => file !== -1) + 1;
        assertEquals(layout.dataLength(piece), data);
        const room = Math.min(info.pieceLength, info.span - begin);
        assertEquals(layout.pieceSize(piece), padded ? room : data);
        let next = 0;
        for (let index = 0; index < layout.blockCount(piece); index++) {
          const block = layout.block(piece, index);
          assertEquals([block.piece, block.begin], [layout.pieceIndex(piece), next]);
          assert(block.length === BLOCK_LENGTH || next + block.length === data);
          assert(layout.isValidRequest(piece, block.begin, block.length));
          next += block.length;
        }
        assertEquals(next, data);
        assertThrows(() => layout.block(piece, layout.blockCount(piece)), RangeError);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("Layout: segments cover exactly the content of any range", () => {
  fc.assert(
    fc.property(shapes, fc.nat(), fc.nat(), fc.nat(), (shape, p, from, many) => {
      const { info, owner } = modelOf(...shape);
      fc.pre(info.pieceCount > 0);
      const layout = new Layout(info);
      const piece = p % info.pieceCount;
      const size = layout.pieceSize(piece);
      const begin = from % (size + 1);
      const length = many % (size - begin + 1);
      const seen = new Int32Array(length).fill(-1);
      const start = piece * info.pieceLength + begin;
      let next = 0;
      for (const segment of layout.segments(piece, begin, length)) {
        assert(segment.length >= 1 && segment.at >= next, "in order, none empty");
        next = segment.at + segment.length;
        assertEquals(info.files[segment.file]!.offset + segment.offset, start + segment.at);
        seen.fill(segment.file, segment.at, next);
      }
      assert(next <= length);
      assert(seen.every((file, at) => file === owner[start + at]));
    }),
    { numRuns: 300 },
  );
});

Deno.test("Layout: files have the pieces that they have bytes in, bytes have their files", () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, pick) => {
      const { info, owner } = modelOf(...shape);
      const layout = new Layout(info);
      info.files.forEach(({ length }, file) => {
        const { first, end } = layout.piecesOf(file);
        if (length === 0) assertEquals(end - first, 0);
        else {
          assertEquals(first, Math.floor(owner.indexOf(file) / info.pieceLength));
          assertEquals(end - 1, Math.floor(owner.lastIndexOf(file) / info.pieceLength));
        }
      });
      const byte = pick % (owner.length + 2);
      const file = owner[byte] ?? -1;
      assertEquals(layout.fileAt(byte), file === -1 ? undefined : file);
    }),
    { numRuns: 200 },
  );
});

Deno.test("Layout: padding is hashed for v1 and hybrid, and is not for v2, but served", () => {
  const items = [{ length: 20_000, gap: 0 }, { length: 5, gap: 0 }];
  const hybrid = new Layout(modelOf(2 * BLOCK_LENGTH, items, "aligned").info);
  assertEquals([hybrid.pieceSize(0), hybrid.dataLength(0)], [32_768, 20_000]);
  assertEquals([hybrid.pieceSize(1), hybrid.dataLength(1)], [5, 5]);
  assertEquals(hybrid.block(0, 1).length, 20_000 - BLOCK_LENGTH);
  assertEquals(hybrid.isValidRequest(0, BLOCK_LENGTH, BLOCK_LENGTH), true);
  assertEquals(hybrid.segments(0, 19_999, 2), [{ file: 0, offset: 19_999, length: 1, at: 0 }]);
  assertEquals(hybrid.segments(0, 20_000, 100), []);
  const v2 = new Layout(modelOf(2 * BLOCK_LENGTH, items, "v2").info);
  assertEquals([v2.pieceSize(0), v2.dataLength(0)], [20_000, 20_000]);
  assertEquals([v2.servedSize(0), v2.servedSize(1)], [32_768, 32_768]);
  assertEquals(v2.isValidRequest(0, BLOCK_LENGTH, BLOCK_LENGTH), true);
  assertEquals(v2.isValidRequest(0, BLOCK_LENGTH, 20_000 - BLOCK_LENGTH), true);
  assertEquals(v2.isValidRequest(1, BLOCK_LENGTH, BLOCK_LENGTH), true);
});

Deno.test("Layout: a piece of nothing but padding has no blocks", () => {
  const items = [{ length: 1, gap: 3 * BLOCK_LENGTH }, { length: 1, gap: 0 }];
  const layout = new Layout(modelOf(BLOCK_LENGTH, items, "v1").info);
  assertEquals([1, 2].map((piece) => layout.dataLength(piece)), [0, 0]);
  assertEquals([layout.pieceSize(1), layout.blockCount(1)], [BLOCK_LENGTH, 0]);
  assertEquals(layout.segments(1, 0, BLOCK_LENGTH), []);
});

Deno.test("Layout: requests are of one piece, whole numbers, at most 128 KiB", () => {
  const info = { pieceLength: 2 ** 20, pieceCount: 2, span: 2 ** 20 + 7, v1: true };
  const layout = new Layout({ ...info, files: [{ offset: 0, length: info.span }] });
  const good = [[0, 0, 1], [0, 0, MAX_REQUEST], [0, 2 ** 20 - 1, 1], [1, 0, 7], [1, 6, 1]];
  const bad = [
    [0, 0, 0],
    [0, 0, -1],
    [0, 0, MAX_REQUEST + 1],
    [0, 2 ** 20 - 1, 2],
    [0, 2 ** 20, 1],
    [0, -1, 1],
    [0, 2 ** 53, 1],
    [0, 0.5, 1],
    [0, 0, 0.5],
    [0, NaN, 1],
    [0, 0, NaN],
    [1, 0, 8],
    [1, 7, 1],
    [2, 0, 1],
    [-1, 0, 1],
    [0.5, 0, 1],
    [NaN, 0, 1],
  ];
  for (const [piece, begin, length] of good as [number, number, number][]) {
    assertEquals(layout.isValidRequest(piece, begin, length), true, `${piece} ${begin} ${length}`);
  }
  for (const [piece, begin, length] of bad as [number, number, number][]) {
    assertEquals(layout.isValidRequest(piece, begin, length), false, `${piece} ${begin} ${length}`);
  }
});

Deno.test("Layout: what does not exist is the caller's mistake", () => {
  const layout = new Layout(modelOf(BLOCK_LENGTH, [{ length: 20_000, gap: 0 }], "v1").info);
  for (const piece of [-1, 2, 0.5, NaN]) {
    assertThrows(() => layout.pieceSize(piece), RangeError);
    assertThrows(() => layout.dataLength(piece), RangeError);
    assertThrows(() => layout.block(piece, 0), RangeError);
    assertThrows(() => layout.segments(piece, 0, 1), RangeError);
    assertEquals(layout.pieceIndex(piece), undefined);
  }
  for (const index of [-1, 1, 0.5, NaN]) assertThrows(() => layout.block(0, index), RangeError);
  assertThrows(() => layout.segments(0, 1, BLOCK_LENGTH), RangeError);
  assertThrows(() => layout.piecesOf(1), RangeError);
  assertEquals([-1, 20_000, NaN].map((byte) => layout.fileAt(byte)), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("Layout: files that overlap or do not fit are refused", () => {
  const layoutOf = (span: number, pieceCount: number, ...files: [number, number][]) =>
    new Layout({
      pieceLength: BLOCK_LENGTH,
      pieceCount,
      span,
      files: files.map(([offset, length]) => ({ offset, length })),
    });
  assertEquals(layoutOf(0, 0).pieceCount, 0);
  assertEquals(layoutOf(10, 1, [0, 5], [5, 5]).pieceCount, 1);
  assertThrows(() => layoutOf(10, 1, [0, 6], [5, 5]), RangeError);
  assertThrows(() => layoutOf(10, 1, [5, 5], [0, 5]), RangeError);
  assertThrows(() => layoutOf(10, 1, [-1, 5]), RangeError);
  assertThrows(() => layoutOf(10, 1, [0, -5]), RangeError);
  assertThrows(() => layoutOf(10, 1, [0, NaN]), RangeError);
  assertThrows(() => layoutOf(9, 1, [0, 10]), RangeError);
  assertThrows(() => layoutOf(10, 2, [0, 10]), RangeError);
});

Deno.test("Layout: a million files", () => {
  const files: { offset: number; length: number }[] = [];
  let span = 0;
  for (let file = 0; file < 1_000_000; file++) {
    files.push({ offset: span, length: file % 4 });
    span += file % 4;
  }
  const pieceLength = BLOCK_LENGTH;
  const pieceCount = Math.ceil(span / pieceLength);
  const layout = new Layout({ pieceLength, pieceCount, span, files, v1: true });
  let next = 0;
  for (let piece = 0; piece < pieceCount; piece++) {
    for (const { file, offset, length } of layout.segments(piece, 0, layout.pieceSize(piece))) {
      assert(files[file]!.offset + offset === next);
      next += length;
    }
  }
  assertEquals(next, span);
  for (let file = 0; file < 1_000_000; file++) {
    if (file % 4 > 0 && layout.fileAt(files[file]!.offset) !== file) {
      throw new Error(`file ${file}`);
    }
  }
});
