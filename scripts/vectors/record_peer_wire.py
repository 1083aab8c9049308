#!/usr/bin/python3
"""Records what libtorrent says on the peer wire, for tests/vectors/libtorrent_peer_wire.json.

A libtorrent session seeds a small hybrid torrent, then another one fetches it; each speaks over
loopback to a plain socket that answers by hand. Needs the Python binding of libtorrent 2.

    /usr/bin/python3 scripts/vectors/record_peer_wire.py tests/vectors/libtorrent_peer_wire.json
"""
import hashlib
import json
import os
import socket
import struct
import sys
import tempfile
import time

import libtorrent as lt

PIECE = 32 * 1024
CONTENT = bytes(i * i % 251 for i in range(4 * PIECE - 1000))
NAME = "vector.bin"
PEER_ID = b"-VC0001-" + b"0" * 12
RESERVED = bytes([0, 0, 0, 0, 0, 0x10, 0, 0x14])
OURS = {"ut_metadata": 3, "ut_pex": 1, "lt_donthave": 7, "upload_only": 4}


def session():
    return lt.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False, "allow_multiple_connections_per_ip": True,
        "out_enc_policy": 2, "in_enc_policy": 2, "enable_outgoing_utp": False,
    })


def torrent(folder):
    with open(os.path.join(folder, NAME), "wb") as file:
        file.write(CONTENT)
    files = lt.file_storage()
    lt.add_files(files, os.path.join(folder, NAME))
    maker = lt.create_torrent(files, PIECE)
    lt.set_piece_hashes(maker, folder)
    return lt.torrent_info(maker.generate())


class Peer:
    """Our end: sends messages, keeps what comes, cut into messages."""

    def __init__(self, sock):
        self.sock, self.buffer, self.messages = sock, b"", []
        sock.settimeout(5)

    def read(self, count):
        while len(self.buffer) < count:
            more = self.sock.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def handshake(self, info_hash):
        self.sock.sendall(b"\x13BitTorrent protocol" + RESERVED + info_hash + PEER_ID)

    def send(self, id, body=b""):
        self.sock.sendall(struct.pack(">IB", 1 + len(body), id) + body)

    def extended(self, id, value, more=b""):
        self.send(20, bytes([id]) + lt.bencode(value) + more)

    def next(self):
        head = self.read(4)
        message = head + self.read(struct.unpack(">I", head)[0])
        self.messages.append(message)
        return message

    def until(self, id, extension=None):
        while True:
            message = self.next()
            if message[4:5] == bytes([id]) and (extension is None or message[5] == extension):
                return message


def seed(folder, info):
    """A libtorrent seed: what it says first, and its answers to one request of each kind."""
    ses = session()
    handle = ses.add_torrent({"ti": info, "save_path": folder})
    while not handle.status().is_seeding:
        time.sleep(0.05)
    sock = socket.create_connection(("127.0.0.1", ses.listen_port()))
    peer = Peer(sock)
    peer.handshake(info.info_hashes().v2.to_bytes()[:20])
    handshake = peer.read(68)
    peer.extended(0, {"m": OURS, "p": 6881, "v": "vector"})
    peer.send(15)
    theirs = lt.bdecode(peer.until(20, 0)[6:])[b"m"]
    peer.extended(theirs[b"ut_metadata"], {"msg_type": 0, "piece": 0})
    peer.until(20, OURS["ut_metadata"])
    peer.extended(theirs[b"ut_metadata"], {"msg_type": 0, "piece": 9})
    root = root_of(info)
    peer.send(21, root + struct.pack(">IIII", 1, 0, 4, 0))
    peer.until(22)
    peer.send(21, root + struct.pack(">IIII", 0, 2, 2, 2))
    peer.until(22)
    peer.send(21, b"\0" * 32 + struct.pack(">IIII", 1, 0, 4, 0))
    peer.until(23)
    peer.send(2)
    peer.until(1)
    peer.send(6, struct.pack(">III", 1, 16384, 48))
    peer.until(7)
    peer.send(6, struct.pack(">III", 1, 16384, 10_000_000))
    try:
        peer.until(16)
    except (EOFError, OSError):
        pass
    sock.close()
    return record(handshake, peer)


def fetch(folder, info):
    """A libtorrent downloader that knows only the hashes: what it asks for until it is done."""
    ses = session()
    params = lt.parse_magnet_uri("magnet:?xt=urn:btmh:1220" + str(info.info_hashes().v2))
    params.save_path = folder
    handle = ses.add_torrent(params)
    door = socket.create_server(("127.0.0.1", 0))
    while not handle.is_valid() or handle.status().state == lt.torrent_status.checking_resume_data:
        time.sleep(0.05)
    handle.connect_peer(door.getsockname())
    sock, _ = door.accept()
    peer = Peer(sock)
    handshake = peer.read(68)
    peer.handshake(handshake[28:48])
    metadata = info.info_section()
    peer.extended(0, {"m": OURS, "metadata_size": len(metadata)})
    peer.send(14)
    theirs = {}
    try:
        while not handle.status().is_seeding:
            message = peer.next()
            body = message[5:]
            id = message[4] if len(message) > 4 else None
            if id == 20 and body[0] == 0:
                theirs = lt.bdecode(body[1:])[b"m"]
            elif id == 20 and body[0] == OURS["ut_metadata"]:
                part = {"msg_type": 1, "piece": 0, "total_size": len(metadata)}
                peer.extended(theirs[b"ut_metadata"], part, metadata)
            elif id == 2:
                peer.send(1)
            elif id == 21:
                peer.send(22, body + piece_layer())
            elif id == 6:
                piece, begin, length = struct.unpack(">III", body)
                start = piece * PIECE + begin
                peer.send(7, body[:8] + CONTENT[start:start + length])
            elif id == 4 and sum(m[4:5] == b"\x04" for m in peer.messages) == info.num_pieces():
                break
    except (EOFError, OSError):
        pass
    sock.close()
    return record(handshake, peer)


def root_of(info):
    return bytes(lt.bdecode(info.info_section())[b"file tree"][NAME.encode()][b""][b"pieces root"])


def piece_layer():
    blocks = [hashlib.sha256(CONTENT[at:at + 16384]).digest()
              for at in range(0, len(CONTENT), 16384)]
    return b"".join(hashlib.sha256(blocks[at] + blocks[at + 1]).digest()
                    for at in range(0, len(blocks), 2))


def record(handshake, peer):
    return {"handshake": handshake.hex(), "messages": [message.hex() for message in peer.messages]}


def main():
    with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as target:
        info = torrent(source)
        vectors = {
            "client": f"libtorrent {lt.__version__}",
            "infoHashV2": str(info.info_hashes().v2),
            "piecesRoot": root_of(info).hex(),
            "pieceLayer": piece_layer().hex(),
            "info": info.info_section().hex(),
            "seed": seed(source, info),
            "fetch": fetch(target, info),
        }
    with open(sys.argv[1], "w") as file:
        json.dump(vectors, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
