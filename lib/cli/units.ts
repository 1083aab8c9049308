import { format } from "jsr:@std/fmt@1/bytes";

/** Bytes for a person, decimal: `1.34 kB`. */
export function formatBytes(bytes: number): string {
  return format(bytes);
}

/** Bytes a second for a person: `1.34 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${format(Math.round(bytesPerSecond))}/s`;
}

/** A span of time as a clock shows it: `0:07`, `12:34`, `1:02:03`. */
export function formatSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  if (hours >= 100) return `${Math.floor(hours / 24)} days`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The longest duration that is read: more than a timer can hold has no use. */
const LONGEST_MS = 10_000 * 86_400_000;

/**
 * Reads a duration such as `500ms`, `60s`, `24h`, `1h30m`; a bare number counts seconds.
 *
 * @returns Milliseconds, or undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return checked(Number(text) * 1000);
  if (!/^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|min|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|min|m|h|d)/g)) {
    total += Number(amount) * UNIT_MS[unit!]!;
  }
  return checked(Math.round(total));
}

function checked(ms: number): number | undefined {
  return ms <= LONGEST_MS ? ms : undefined;
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/**
 * Reads a rate such as `500KB`, `1.5 MB/s`, `60MiB`; a bare number counts bytes a second, K, M and G
 * are decimal, Ki, Mi and Gi binary.
 *
 * @returns Bytes a second, or undefined when the text is no rate.
 */
export function parseRate(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?) ?([kmg]i?)?b?(?:\/s|ps)?$/i.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(match[1]) * UNIT_BYTES[(match[2] ?? "").toLowerCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
