const decoder = new TextDecoder();

/** The text of bytes, one a character (Latin-1), quickly where it is ASCII. */
export function latin1(bytes: Uint8Array): string {
  let all = 0;
  for (let at = 0; at < bytes.length; at++) all |= bytes[at]!;
  if (all < 128) return decoder.decode(bytes);
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}

/** Writes text that is ASCII. @returns Where the next bytes go. */
export function putAscii(text: string, bytes: Uint8Array, at: number): number {
  for (let n = 0; n < text.length; n++) bytes[at + n] = text.charCodeAt(n);
  return at + text.length;
}

/** Writes a whole number from 0 on. @returns Where the next bytes go. */
export function putDecimal(value: number, bytes: Uint8Array, at: number): number {
  const end = at + digitsOf(value);
  let rest = value;
  let place = end - 1;
  for (; rest > 0xffff; place--) {
    const next = Math.floor(rest / 10);
    bytes[place] = 0x30 + (rest - 10 * next);
    rest = next;
  }
  for (; place >= at; place--) {
    // A tenth, exact for 16 bits, without a division.
    const next = Math.imul(rest, 52_429) >>> 19;
    bytes[place] = 0x30 + rest - 10 * next;
    rest = next;
  }
  return end;
}

/** How many digits a whole number from 0 on has. */
export function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? value < 10 ? 1 : 2 : value < 1_000 ? 3 : 4;
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}
