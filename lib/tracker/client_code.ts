/**
 * What a client calls itself in its peer ids (BEP 20): the two letters of Azureus style (`-TR4050-…`),
 * or the one of Shadow's and Mainline style (`T03H-----…`, `M7-9-2--…`); aria2 is `A2` (`A2-1-37-0-…`).
 *
 * @param words The first 8 bytes of the peer id, in two big-endian words.
 * @returns Empty: it tells nothing that is understood.
 */
export function clientCode([first, second]: readonly [number, number]): string {
  const text = textOf(first) + textOf(second);
  return /^-([0-9A-Za-z~]{2})[0-9A-Za-z.~+-]{4}-$/.exec(text)?.[1] ??
    /^(A2)-\d/.exec(text)?.[1] ??
    /^([A-Z])(?:\d{1,2}-\d{1,2}-\d{1,2}-|[0-9A-Za-z.-]{3}-{3,4})/.exec(text)?.[1] ?? "";
}

function textOf(word: number): string {
  return String.fromCharCode(word >>> 24, word >>> 16 & 255, word >>> 8 & 255, word & 255);
}
