import { Bitfield } from "../base/bitfield.ts";
import { Layout } from "../meta/layout.ts";
import type { TorrentInfo } from "../meta/torrent.ts";
import type { Content } from "./content.ts";
import type { FileSystem } from "./file_system.ts";
import { localFileSystem } from "./local_file_system.ts";
import { PieceReader } from "./piece_reader.ts";
import type { PieceSource } from "./storage_types.ts";

/**
 * Files that are shared from where they lie, all of them whole.
 *
 * Invariant: what is read comes from files that looked, at most 10 ms before, as they did when they were
 * hashed.
 */
export class SharedContent implements PieceSource {
  readonly have: Bitfield;
  readonly #reader: PieceReader;

  /**
   * @param content What the torrent was made of, its files in the torrent's order.
   * @throws {RangeError} If they are not the torrent's.
   */
  constructor(info: TorrentInfo, content: Content, files: FileSystem = localFileSystem) {
    const same = content.files.length === info.files.length &&
      info.files.every(({ length }, file) => content.files[file]!.length === length);
    if (!same) throw new RangeError("the files are not those of the torrent");
    this.have = Bitfield.full(info.pieceCount);
    this.#reader = new PieceReader(new Layout(info), files, (file, offset) => {
      const { location, state } = content.files[file]!;
      return { path: location, offset, id: state.id, state };
    });
  }

  async readBlock(piece: number, begin: number, into: Uint8Array): Promise<void> {
    await this.#reader.read(piece, begin, into);
  }

  readNow(piece: number, begin: number, into: Uint8Array): boolean {
    return this.#reader.readNow(piece, begin, into);
  }

  async readLeaves(piece: number): Promise<Uint8Array> {
    return await this.#reader.leaves(piece);
  }

  // deno-lint-ignore require-await -- what closes files may take its time elsewhere
  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader[Symbol.dispose]();
  }
}
