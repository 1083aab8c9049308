#!/usr/bin/python3
"""Prints tests/vectors/mse.json: handshakes of Message Stream Encryption, computed from its description.

Each has the chance of both ends spelled out (private keys, paddings), and what each says in its turn:

    a1  Ya, PadA
    b1  Yb, PadB
    a2  HASH("req1", S), HASH("req2", SKEY) xor HASH("req3", S), ENCRYPT(VC, crypto_provide, len(PadC), PadC, len(IA), IA)
    b2  ENCRYPT(VC, crypto_select, len(PadD), PadD), then the payload of b
    a3  the payload of a
"""

import hashlib
import json

P = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563", 16)
PLAINTEXT, RC4 = 1, 2


def sha1(*parts):
    return hashlib.sha1(b"".join(parts)).digest()


def keystream(key):
    table = list(range(256))
    j = 0
    for i in range(256):
        j = (j + table[i] + key[i % len(key)]) % 256
        table[i], table[j] = table[j], table[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + table[i]) % 256
        table[i], table[j] = table[j], table[i]
        yield table[(table[i] + table[j]) % 256]


def cipher(name, secret, skey):
    stream = keystream(sha1(name, secret, skey))
    for _ in range(1024):
        next(stream)
    return lambda data: bytes(byte ^ next(stream) for byte in data)


def noise(word, length):
    return hashlib.shake_128(word.encode()).digest(length)


def handshake(name, pads, provide, select, initial, payloads):
    skey = noise("skey", 20)
    private = {end: noise(f"{name} private {end}", 20) for end in "ab"}
    exponent = {end: int.from_bytes(private[end], "big") for end in "ab"}
    public = {end: pow(2, exponent[end], P) for end in "ab"}
    secret = pow(public["b"], exponent["a"], P)
    assert secret == pow(public["a"], exponent["b"], P)
    secret = secret.to_bytes(96, "big")
    pad = {end: noise(f"{name} pad {end}", length) for end, length in zip("ab", pads)}
    of_a, of_b = cipher(b"keyA", secret, skey), cipher(b"keyB", secret, skey)
    asked = (bytes(8) + provide.to_bytes(4, "big") + pads[2].to_bytes(2, "big") + bytes(pads[2]) +
             len(initial).to_bytes(2, "big") + initial)
    answered = bytes(8) + select.to_bytes(4, "big") + pads[3].to_bytes(2, "big") + bytes(pads[3])
    names = bytes(x ^ y for x, y in zip(sha1(b"req2", skey), sha1(b"req3", secret)))
    a2 = sha1(b"req1", secret) + names + of_a(asked)
    b2 = of_b(answered)
    ciphered = select == RC4
    said = {
        "a1": public["a"].to_bytes(96, "big") + pad["a"],
        "b1": public["b"].to_bytes(96, "big") + pad["b"],
        "a2": a2,
        "b2": b2 + (of_b(payloads[1]) if ciphered else payloads[1]),
        "a3": of_a(payloads[0]) if ciphered else payloads[0],
    }
    return {
        "name": name,
        "infoHash": skey.hex(),
        "provide": [method for method, bit in (("rc4", RC4), ("plaintext", PLAINTEXT)) if provide & bit],
        "select": "rc4" if ciphered else "plaintext",
        "initial": initial.hex(),
        "a": {"private": private["a"].hex(), "pad": pad["a"].hex(), "zeros": pads[2], "payload": payloads[0].hex()},
        "b": {"private": private["b"].hex(), "pad": pad["b"].hex(), "zeros": pads[3], "payload": payloads[1].hex()},
        "said": {turn: data.hex() for turn, data in said.items()},
    }


def main():
    initial = b"\x13BitTorrent protocol" + bytes(8) + noise("skey", 20) + b"-XX0000-000000000000"
    cases = [
        handshake("rc4", (0, 7, 0, 3), RC4, RC4, initial, (b"from a", b"from b")),
        handshake("plaintext of both", (33, 0, 5, 0), RC4 | PLAINTEXT, PLAINTEXT, initial, (b"from a", b"from b")),
        handshake("longest paddings", (512, 512, 512, 512), RC4 | PLAINTEXT, RC4, b"", (b"a", b"")),
    ]
    print("[")
    print(",\n".join("  " + json.dumps(case, indent=2).replace("\n", "\n  ") for case in cases))
    print("]")


if __name__ == "__main__":
    main()
