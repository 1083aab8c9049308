/** Reads what a test run reported. */

/** The outcome of one or more runs. */
export interface Tally {
  passed: number;
  failed: number;
  /** The failed tests, as far as the report tells them. */
  failures: Failure[];
  /** Names of the skipped tests. */
  skipped: string[];
}

/** A test that failed. */
export interface Failure {
  /** The file with the test's name. */
  name: string;
  /** What was wrong: the first lines of the error. */
  why: string;
}

const WHY_LINES = 12;
const WHY_CHARACTERS = 1_500;

/** Of no test yet. */
export function emptyTally(): Tally {
  return { passed: 0, failed: 0, failures: [], skipped: [] };
}

/** Counts the test cases of a JUnit report of `deno test`. */
export function tally(xml: string): Tally {
  const result = emptyTally();
  for (const match of xml.matchAll(/<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = unescape(/\bname="([^"]*)"/.exec(match[1] ?? "")?.[1] ?? "");
    const body = match[2] ?? "";
    const failure = /<(?:failure|error)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/.exec(
      body,
    );
    if (failure !== null) {
      result.failed++;
      const file = unescape(/\bclassname="([^"]*)"/.exec(match[1] ?? "")?.[1] ?? "");
      const message = unescape(/\bmessage="([^"]*)"/.exec(failure[1] ?? "")?.[1] ?? "");
      result.failures.push({
        name: file === "" ? name : `${file}: ${name}`,
        why: firstLines(unescape(failure[2] ?? "").trim() || message),
      });
    } else if (/<skipped\b/.test(body)) result.skipped.push(name);
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

function firstLines(text: string): string {
  return text.split("\n").slice(0, WHY_LINES).join("\n").slice(0, WHY_CHARACTERS).trimEnd();
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(+code))
    .replaceAll("&amp;", "&");
}
