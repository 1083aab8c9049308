import { LayerError, type LayerErrorOptions } from "../base/errors.ts";

/** What can be wrong with a torrent, a magnet link, or what a torrent is to be made of. */
export type MetaErrorCode =
  /** Not bencoded, or not in the one way that BEP 3 allows. */
  | "bad_bencode"
  /** Over one of our limits: bytes, depth, values, pieces, files. */
  | "too_large"
  /** A key is missing, of another type or out of range. */
  | "bad_metainfo"
  /** Of a version that we do not know. */
  | "unsupported"
  /** The v1 and the v2 part of a hybrid torrent tell of different files. */
  | "inconsistent"
  /** A piece layer is missing or does not lead to its root. */
  | "bad_piece_layer"
  /** A path is empty, too long, there twice, or a file where another needs a folder. */
  | "bad_path"
  /** A symlink (BEP 47), which we never make. */
  | "symlink"
  /** There is no file in it. */
  | "empty"
  /** No magnet link of a torrent. */
  | "bad_magnet";

/** A torrent or a link that we do not take; the fault is its maker's unless told otherwise. */
export class MetaError extends LayerError<MetaErrorCode> {
  override readonly name = "MetaError";

  constructor(code: MetaErrorCode, message: string, options: LayerErrorOptions = {}) {
    super(code, message, { fault: "remote", ...options });
  }
}
