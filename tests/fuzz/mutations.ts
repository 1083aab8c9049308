/** How many seeded cases each fuzz test runs; raise it with `MINI_TORRENT_FUZZ_RUNS`. */
export const RUNS = Number(Deno.env.get("MINI_TORRENT_FUZZ_RUNS") ?? 100_000);

/** A small seeded generator (mulberry32): the same seed gives the same numbers everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Changes some bytes of a sample: overwritten, inserted, removed, repeated or cut off. */
export function mutate(sample: Uint8Array, random: () => number): Uint8Array {
  const bytes = [...sample];
  const many = 1 + Math.floor(random() * 4);
  for (let n = 0; n < many; n++) {
    const at = Math.floor(random() * (bytes.length + 1));
    const byte = random() < 0.3 ? [0, 10, 13, 32, 127, 255][Math.floor(random() * 6)]! : 0;
    const value = byte || Math.floor(random() * 256);
    switch (Math.floor(random() * 5)) {
      case 0:
        bytes[at] = value;
        break;
      case 1:
        bytes.splice(at, 0, value);
        break;
      case 2:
        bytes.splice(at, 1 + Math.floor(random() * 8));
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + Math.floor(random() * 64)));
        break;
      case 4:
        bytes.length = Math.min(bytes.length, at);
        break;
    }
  }
  return Uint8Array.from(bytes, (value) => value ?? 0);
}

/** Cuts bytes into pieces at random places; empty pieces may occur. */
export function cut(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.floor(random() * (random() < 0.5 ? 4 : 4096)));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
