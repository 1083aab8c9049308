#!/usr/bin/python3
"""libtorrent for the tests: commands in on standard input, events out, each a line of JSON.

    libtorrent_session.py '{"encryption": "off" | "prefer" | "require", "utp": false}'

Commands:
    {"do": "make", "path", "to", "kind": "v1" | "v2" | "hybrid", "pieceLength"}     then "made"
    {"do": "add", "what": path of a .torrent or magnet link, "folder", "tracker", "uploadLimit"}
    {"do": "connect", "peers": [[host, port], ...], "hash": "v1" | "v2"}  the info-hash to dial with
    {"do": "watch", "without": [host, port]}        "spread" when this peer and those it is connected
                                                    to have every piece, not counting that one
Events: listening {port}, made {v1, v2, magnet}, checked {complete}, finished, spread, error {message}.

It carries one torrent and ends with its input.
"""
import json
import queue
import socket
import sys
import threading
import time

import libtorrent as lt

ENCRYPTION = {"off": lt.enc_policy.pe_disabled, "prefer": lt.enc_policy.pe_enabled,
              "require": lt.enc_policy.pe_forced}
KINDS = {"v1": lt.create_torrent.v1_only, "v2": lt.create_torrent.v2_only, "hybrid": 0}
DIAL_V2 = 0x80  # pex_lt_v2: dial with the info-hash of v2 where there are both
LOG = lt.alert.category_t
ALERTS = (LOG.error_notification | LOG.status_notification | LOG.storage_notification |
          LOG.connect_notification | LOG.peer_notification | LOG.tracker_notification)


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def free_port():
    """One that is free on every address, as each is listened on by itself."""
    with socket.create_server(("0.0.0.0", 0)) as server:
        return server.getsockname()[1]


def open_session(options):
    policy = ENCRYPTION[options["encryption"]]
    port = free_port()
    session = lt.session({
        "listen_interfaces": f"0.0.0.0:{port}",
        "alert_mask": ALERTS,
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_incoming_utp": options["utp"], "enable_outgoing_utp": options["utp"],
        "enable_outgoing_tcp": not options["utp"],
        "in_enc_policy": policy, "out_enc_policy": policy, "allowed_enc_level": lt.enc_level.pe_both,
        "allow_multiple_connections_per_ip": True,
        "min_reconnect_time": 1, "max_failcount": 1000, "connection_speed": 200,
        "unchoke_slots_limit": -1,
        # On loopback it would let HTTP trackers have no other path than /announce.
        "validate_https_trackers": False, "ssrf_mitigation": False,
    })
    return session, port


class Carrier:
    def __init__(self, options):
        self.session, self.port = open_session(options)
        self.handle = None
        self.without = None
        self.told = set()
        tell("listening", port=self.port)

    def make(self, path, to, kind, pieceLength):
        began = time.monotonic()
        files = lt.file_storage()
        lt.add_files(files, path)
        maker = lt.create_torrent(files, pieceLength, KINDS[kind])
        lt.set_piece_hashes(maker, path.rpartition("/")[0])
        torrent = maker.generate()
        seconds = time.monotonic() - began
        torrent.pop(b"creation date", None)
        with open(to, "wb") as file:
            file.write(lt.bencode(torrent))
        hashes = lt.torrent_info(torrent).info_hashes()
        v1 = str(hashes.v1) if hashes.has_v1() else None
        v2 = str(hashes.v2) if hashes.has_v2() else None
        tell("made", v1=v1, v2=v2, seconds=seconds)

    def add(self, what, folder, tracker=None, uploadLimit=0):
        if what.startswith("magnet:"):
            params = lt.parse_magnet_uri(what)
        else:
            params = lt.add_torrent_params()
            params.ti = lt.torrent_info(what)
        params.save_path = folder
        params.upload_limit = uploadLimit
        params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        if tracker:
            params.trackers = [*params.trackers, tracker]
        self.handle = self.session.add_torrent(params)

    def connect(self, peers, hash=None):
        for host, port in peers:
            self.handle.connect_peer((host, port), 0, DIAL_V2 if hash == "v2" else 0)

    def watch(self, without):
        self.without = tuple(without)

    def once(self, event, **fields):
        if event not in self.told:
            self.told.add(event)
            tell(event, **fields)

    def look(self):
        for alert in self.session.pop_alerts():
            print(f"{type(alert).__name__}: {alert}", file=sys.stderr, flush=True)
            if isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert, lt.hash_failed_alert)):
                tell("error", message=str(alert))
            elif isinstance(alert, lt.torrent_checked_alert):
                self.once("checked", complete=self.handle.status().is_seeding)
            elif isinstance(alert, lt.torrent_finished_alert):
                self.handle.flush_cache()  # it finishes before its last blocks are written
            elif isinstance(alert, lt.cache_flushed_alert) and self.handle.status().is_seeding:
                self.once("finished")
        if self.without and self.is_spread():
            self.once("spread")

    def is_spread(self):
        status = self.handle.status()
        found = list(status.pieces)
        for peer in self.handle.get_peer_info():
            if peer.ip == self.without or len(peer.pieces) != len(found):
                continue
            found = [here or there for here, there in zip(found, peer.pieces)]
        return bool(found) and all(found)


def main():
    commands = queue.Queue()
    carrier = Carrier(json.loads(sys.argv[1]))

    def read():
        for line in sys.stdin:
            commands.put(json.loads(line))
        commands.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            command = commands.get(timeout=0.05)
            if command is None:
                return
            getattr(carrier, command.pop("do"))(**command)
        except queue.Empty:
            pass
        except Exception as error:
            tell("error", message=f"{type(error).__name__}: {error}")
        carrier.look()


if __name__ == "__main__":
    main()
