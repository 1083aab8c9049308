#!/usr/bin/python3
"""Makes tests/vectors/torrents.json with libtorrent 2.0.8 (Debian's python3-libtorrent).

    /usr/bin/python3 scripts/vectors/make_torrents.py > tests/vectors/torrents.json
    deno fmt tests/vectors/torrents.json

A file is told as [path, length, seed, attributes], where it lies as [path, offset].
Byte j of a file with seed s is (7 j + 13 (j >> 8) + 29 (j >> 14) + 31 s) mod 256; the tests make the
same bytes. Every torrent is without a creation date, so the file is the same each time.
"""

import base64
import json
import os
import sys
import tempfile

import libtorrent as lt

KIB = 1024
HYBRID = 0
KINDS = {
    "v1": lt.create_torrent.v1_only,
    "v2": lt.create_torrent.v2_only,
    "hybrid": HYBRID,
    "hybrid without padding at the end": lt.create_torrent.canonical_files_no_tail_padding,
    "v1 with padding": lt.create_torrent.v1_only | lt.create_torrent.canonical_files,
}
FLAGS = {"x": lt.file_flags_t.flag_executable, "h": lt.file_flags_t.flag_hidden}

SINGLE = [(1, 16), (16 * KIB, 16), (16 * KIB + 1, 16), (80 * KIB + 1, 16), (80 * KIB + 1, 32),
          (100 * KIB, 64), (256 * KIB, 64), (5, 1024), (40 * KIB, 256)]

NESTED = [("b/deep/er/last.bin", 70_000), ("a.txt", 10), ("a/one", 16 * KIB), ("a b/two", 40_000),
          ("a/empty", 0), ("z", 33_000), ("b/deep/first.bin", 1)]
NAMES = [("two words.txt", 20_000), ("ünïcödé/ÄÖÜ.txt", 5), ("漢字/仮名.bin", 17_000),
         ("\uff5e tilde", 3), ("\U0001f600 smile", 4), ("quote \" and [bracket]", 16 * KIB)]

FOLDERS = [
    ("nested", "folder", NESTED, 16),
    ("nested, longer pieces", "folder", NESTED, 64),
    ("names", "Ordner mit Raum", NAMES, 16),
    ("one file", "only", [("inside.bin", 20_000)], 16),
    ("one file by the folder's name", "same", [("same", 20_000)], 16),
    ("aligned", "aligned", [("1", 16 * KIB), ("2", 32 * KIB), ("3", 16 * KIB)], 16),
    ("empty last", "tail", [("a", 5), ("b", 0)], 16),
    ("empty first", "head", [("a", 0), ("b", 0), ("c", 100)], 32),
    ("same content twice", "twins", [("a", 50_000, "", 3), ("b", 50_000, "", 3)], 16),
    ("attributes", "attributes", [("run", 9, "x"), (".hidden", 9, "h"), ("both", 9, "hx")], 16),
]


def content(length, seed):
    return bytes((7 * j + 13 * (j >> 8) + 29 * (j >> 14) + 31 * seed) & 255 for j in range(length))


def cases():
    for length, piece in SINGLE:
        yield f"single file of {length}, pieces of {piece} KiB", "file.bin", [("file.bin", length)], piece, True
    for title, name, files, piece in FOLDERS:
        yield f"folder, {title}", name, files, piece, False


def make(name, files, piece, single, kind, folder):
    storage = lt.file_storage()
    told = []
    for index, (path, length, *more) in enumerate(files):
        attributes = more[0] if more else ""
        seed = more[1] if len(more) > 1 else index + 1
        inside = name if single else f"{name}/{path}"
        full = os.path.join(folder, inside)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content(length, seed))
        flags = 0
        for one in attributes:
            flags |= FLAGS[one]
        storage.add_file(inside, length, flags)
        told.append([path, length, seed, attributes])
    torrent = lt.create_torrent(storage, piece * KIB, KINDS[kind])
    lt.set_piece_hashes(torrent, folder)
    torrent.set_comment("")
    torrent.add_tracker("http://tracker.example/announce")
    entry = torrent.generate()
    del entry[b"creation date"]
    encoded = lt.bencode(entry)
    info = lt.torrent_info(lt.bdecode(encoded))
    hashes = info.info_hashes()
    laid = info.files()
    listed = [
        [laid.file_path(i), laid.file_offset(i)]
        for i in range(laid.num_files())
        if not laid.file_flags(i) & lt.file_flags_t.flag_pad_file
    ]
    return {
        "kind": kind,
        "name": name,
        "single": single,
        "pieceLength": piece * KIB,
        "pieceCount": info.num_pieces(),
        "files": told,
        "listed": listed,
        "infoHash": str(hashes.v1) if hashes.has_v1() else None,
        "infoHashV2": str(hashes.v2) if hashes.has_v2() else None,
        "torrent": base64.b64encode(encoded).decode(),
    }


def main():
    vectors = []
    for title, name, files, piece, single in cases():
        for kind in KINDS:
            if single and kind not in ("v1", "v2", "hybrid"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                vectors.append({"title": f"{title}, {kind}", **make(name, files, piece, single, kind, folder)})
    json.dump({"libtorrent": lt.__version__, "torrents": vectors}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
