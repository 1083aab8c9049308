import { type Browser, chromium } from "npm:playwright-core@1";

/** Where Debian's package has it. */
const PROGRAM = "/usr/bin/chromium";

/** Why there is no Chromium to test with; undefined: there is one. */
export const NO_CHROMIUM: string | undefined = hasChromium()
  ? undefined
  : `needs Chromium as ${PROGRAM}`;

/** Starts Chromium without a window, with a profile of its own that asks nobody for anything. */
export async function openChromium(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: PROGRAM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    timeout: 120_000,
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

function hasChromium(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}
