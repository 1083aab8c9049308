/**
 * Bytes of zeros that follow a file in the piece space of a hybrid torrent, as a padding file for v1
 * (BEP 47; BEP 52, "Upgrade Path"): up to the end of its last piece, also behind the last file, but
 * nothing behind the only file of a torrent. Others make the same, so the info-hashes are the same.
 *
 * They count for the SHA-1 of the file's last piece.
 *
 * @param length Bytes of the file.
 * @param pieceLength Bytes.
 * @param fileCount How many files the torrent has, empty ones included.
 */
export function paddingAfter(length: number, pieceLength: number, fileCount: number): number {
  const over = length % pieceLength;
  return over === 0 || fileCount === 1 ? 0 : pieceLength - over;
}
