/** Bytes for a person, decimal: `1.34 GB`; `–` where nobody told. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return "–";
  const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A whole number with its thousands apart. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A number of a second or the like: few digits, none that means nothing. */
export function rateText(value: number): string {
  if (value >= 100) return countText(value);
  return String(Number(value.toFixed(value >= 9.95 ? 1 : 2)));
}

/** A span of time for a person, in its two greatest units: `3 d 4 h`, `12 min`, `8 s`. */
export function spanText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 10) return `${countText(days)} d`;
  if (days > 0) return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  if (hours > 0) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.max(0, Math.floor(seconds))} s`;
}

/** How long ago, in the greatest unit: `5 min ago`. */
export function agoText(seconds: number): string {
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? "yesterday" : `${countText(days)} days ago`;
}

/** A short time: `0.42 ms`, `1.3 s`; `–` where there is none. */
export function delayText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 0.001) return `${Math.round(seconds * 1_000_000)} µs`;
  return seconds < 1 ? `${rateText(seconds * 1000)} ms` : `${rateText(seconds)} s`;
}

/** `1 seeder`, `2 seeders`. */
export function plural(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? "" : "s"}`;
}
