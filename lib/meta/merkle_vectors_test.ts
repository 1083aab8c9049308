import { assertEquals } from "jsr:@std/assert@1";
import { createHash } from "node:crypto";
import { concatBytes, fromHex, toHex } from "../base/bytes.ts";
import { hashBlock, MerkleTree } from "./merkle.ts";
import { BLOCK_LENGTH } from "./torrent.ts";

/** As libtorrent 2.0.8 has them, printed by scripts/vectors/merkle.py; `layer` is its SHA-256. */
const VECTORS = [
  {
    length: 1,
    pieceLength: 16_384,
    root: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    layer: undefined,
  },
  {
    length: 16_383,
    pieceLength: 16_384,
    root: "095da957d179a83905896a0e30dc0ef31ecb8c3e796d899ab647fe6eb42bc5ea",
    layer: undefined,
  },
  {
    length: 16_384,
    pieceLength: 16_384,
    root: "127c52d4afc9d4e335b94d914f75fbf75b5dc62e6dbd31c6d71c868fc23e5fe5",
    layer: undefined,
  },
  {
    length: 16_385,
    pieceLength: 16_384,
    root: "ed50aa6f263172ac5097e54684d484dd9036bae3d7c729b4ede1bd2a125514fe",
    layer: "ed50aa6f263172ac5097e54684d484dd9036bae3d7c729b4ede1bd2a125514fe",
  },
  {
    length: 49_152,
    pieceLength: 16_384,
    root: "4908d995d9e4bcb9ccd830b858b9bdb26d7e884d39e22da8a958c7a23fb0d2bb",
    layer: "2095eaa6dc0ca61ee5726ea3a31230191ad50de74a12391b66d52b40596dd58d",
  },
  {
    length: 49_152,
    pieceLength: 65_536,
    root: "4908d995d9e4bcb9ccd830b858b9bdb26d7e884d39e22da8a958c7a23fb0d2bb",
    layer: undefined,
  },
  {
    length: 65_537,
    pieceLength: 65_536,
    root: "08516e119767c4e2d0184d5855159b4e415f53bf030a19564b35c7625a99f241",
    layer: "08516e119767c4e2d0184d5855159b4e415f53bf030a19564b35c7625a99f241",
  },
  {
    length: 66_560,
    pieceLength: 32_768,
    root: "36d6fecfbc2a7cb189e8e6825f1e012a3001b409a394b36a4988f6b005527bd1",
    layer: "28307c4e943b68c04db303d07b10f6f2765ccb1161b4b60780c63ad7d32650f9",
  },
  {
    length: 100_000,
    pieceLength: 16_384,
    root: "7e51d1c08811359e6b6473abd4565d3fdff48ef372bf2ca3444d50efe8fff5ed",
    layer: "2e50f3ac1232668ab1e5d819c27428429adda6ea5a5128dad199d4d23e6f4748",
  },
  {
    length: 100_000,
    pieceLength: 32_768,
    root: "7e51d1c08811359e6b6473abd4565d3fdff48ef372bf2ca3444d50efe8fff5ed",
    layer: "3bcc9814e731b90c3a2d9fe439c2c15284faf9cc92f744b89783fe966cbfc1a8",
  },
  {
    length: 100_000,
    pieceLength: 131_072,
    root: "7e51d1c08811359e6b6473abd4565d3fdff48ef372bf2ca3444d50efe8fff5ed",
    layer: undefined,
  },
  {
    length: 1_048_577,
    pieceLength: 65_536,
    root: "a90957e6330872e102211e0218b2c9b12372a00674209550992ee3e554af1063",
    layer: "575cbab72e8a55f08bb34aa7e997d0e6e6122456b336c6d63b7c6902ae8ec765",
  },
  {
    length: 1_234_567,
    pieceLength: 262_144,
    root: "496d93409a9d3f3690dff251db1d6aa78af03a30b76b5b0ce1677e75b24eda95",
    layer: "45f9f56fde397ec9b735da5d70697c439193a4c4c85a1c50df5b386a57637e1d",
  },
  {
    length: 9_437_183,
    pieceLength: 16_384,
    root: "23f07587db1b77985ed369bbbf0710529ff8952a81ddd693e2917292945e4d86",
    layer: "f638c6ac5f2603ef314bb73c6e6fc463f607395fd1f4817b51396b05226417c4",
  },
];

function content(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 8) * 13 + (i >> 16) * 29);
}

/** The hash of each block of some data. */
function leavesOf(data: Uint8Array): Uint8Array {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += BLOCK_LENGTH) {
    leaves.push(hashBlock(data.subarray(at, at + BLOCK_LENGTH)));
  }
  return concatBytes(leaves);
}

Deno.test("MerkleTree: roots and piece layers are those of libtorrent", () => {
  for (const { length, pieceLength, root, layer } of VECTORS) {
    const tree = MerkleTree.fromLeaves(leavesOf(content(length)), pieceLength, length);
    assertEquals(toHex(tree.root), root, `${length} bytes`);
    const pieces = tree.pieceLayer()!;
    if (layer === undefined) assertEquals(toHex(pieces), root, "one piece: its hash is the root");
    else assertEquals(createHash("sha256").update(pieces).digest("hex"), layer, `${length} bytes`);
    const other = new MerkleTree({ root: fromHex(root)!, length, pieceLength });
    assertEquals(other.setPieceLayer(pieces), true);
  }
});
