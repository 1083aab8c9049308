#!/usr/bin/python3
"""Prints the vectors of lib/meta/merkle_vectors_test.ts as libtorrent computes them.

Needs python3-libtorrent 2. One line a file: bytes of the file, bytes of a piece, the root, the SHA-256
of its piece layer or a dash when it has none.
"""

import hashlib
import os
import tempfile

import libtorrent

KIB = 1024
CASES = [
    (1, 16 * KIB),
    (16 * KIB - 1, 16 * KIB),
    (16 * KIB, 16 * KIB),
    (16 * KIB + 1, 16 * KIB),
    (48 * KIB, 16 * KIB),
    (48 * KIB, 64 * KIB),
    (64 * KIB + 1, 64 * KIB),
    (65 * KIB, 32 * KIB),
    (100_000, 16 * KIB),
    (100_000, 32 * KIB),
    (100_000, 128 * KIB),
    (1024 * KIB + 1, 64 * KIB),
    (1_234_567, 256 * KIB),
    (9 * 1024 * KIB - 1, 16 * KIB),
]


def content(length):
    """The same bytes as `content` of the test."""
    return bytes((i * 7 + (i >> 8) * 13 + (i >> 16) * 29) & 255 for i in range(length))


def vector(folder, length, piece_length):
    with open(os.path.join(folder, "file"), "wb") as file:
        file.write(content(length))
    storage = libtorrent.file_storage()
    storage.add_file("file", length)
    flags = libtorrent.create_torrent.v2_only
    torrent = libtorrent.create_torrent(storage, piece_length, flags)
    libtorrent.set_piece_hashes(torrent, folder)
    made = torrent.generate()
    root = made[b"info"][b"file tree"][b"file"][b""][b"pieces root"]
    layer = made.get(b"piece layers", {}).get(root)
    return root.hex(), hashlib.sha256(layer).hexdigest() if layer else "-"


def main():
    with tempfile.TemporaryDirectory() as folder:
        for length, piece_length in CASES:
            print(length, piece_length, *vector(folder, length, piece_length))


main()
