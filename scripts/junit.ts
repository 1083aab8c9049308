/** Reads what a test run reported. */

/** The outcome of one or more runs. */
export interface Tally {
  passed: number;
  failed: number;
  /** Names of the skipped tests. */
  skipped: string[];
}

/** Counts the test cases of a JUnit report of `deno test`. */
export function tally(xml: string): Tally {
  const result: Tally = { passed: 0, failed: 0, skipped: [] };
  for (const match of xml.matchAll(/<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = unescape(/\bname="([^"]*)"/.exec(match[1] ?? "")?.[1] ?? "");
    const body = match[2] ?? "";
    if (/<(?:failure|error)\b/.test(body)) result.failed++;
    else if (/<skipped\b/.test(body)) result.skipped.push(name);
    else result.passed++;
  }
  return result;
}

/** The one line that ends a test run. */
export function summary(result: Tally): string {
  const skipped = result.skipped.length;
  return `${result.passed} passed, ${result.failed} failed` +
    (skipped > 0 ? `, ${skipped} skipped` : "");
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(+code))
    .replaceAll("&amp;", "&");
}
