/// <reference lib="dom" />
import { join } from "node:path";
import axe from "npm:axe-core@4";
import { type Browser, type BrowserContext, chromium, type Page } from "npm:playwright-core@1";

/** Where Debian's package has it. */
const PROGRAM = "/usr/bin/chromium";

/** How long anything may take before a test gives up; generous, it decides nothing else. */
const PATIENCE_MS = 120_000;

/** Why there is no Chromium to test with; undefined: there is one. */
export const NO_CHROMIUM: string | undefined = hasChromium()
  ? undefined
  : `needs Chromium as ${PROGRAM}`;

/** How a page is looked at. */
export interface Look {
  readonly scheme?: "light" | "dark";
  /** CSS pixels. */
  readonly width?: number;
  /** Default true. */
  readonly javaScript?: boolean;
  readonly reducedMotion?: boolean;
}

/** A tab of a browser, and what it complained about. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, breaches of the content security policy, and requests to anywhere else. */
  readonly complaints: readonly string[];
  /** What axe-core finds wrong with the page that matters, one line each. */
  barriers(): Promise<string[]>;
  /** By how many pixels the page is wider than what is seen of it. */
  tooWide(): Promise<number>;
  /** Keeps a picture of the page, whole. */
  keep(name: string): Promise<void>;
}

/** Chromium without a window of its own, with a profile that is new and asks nobody for anything. */
export async function openChromium(): Promise<
  { open(base: string, look?: Look): Promise<Tab> } & AsyncDisposable
> {
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
    timeout: PATIENCE_MS,
  });
  return {
    open: (base, look = {}) => openTab(browser, new URL(base).origin, look),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openTab(browser: Browser, origin: string, look: Look): Promise<Tab> {
  const { scheme = "light", width = 1280, javaScript = true, reducedMotion = false } = look;
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: scheme,
    viewport: { width, height: 800 },
    javaScriptEnabled: javaScript,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints = watch(context, page, origin);
  return {
    page,
    complaints,
    async barriers() {
      await page.evaluate(axe.source);
      const { violations, passes }: axe.AxeResults = await page.evaluate("axe.run()");
      if (passes.length === 0) throw new Error("axe-core found nothing to look at");
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
    },
    tooWide: () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      }),
    async keep(name) {
      await page.screenshot({ path: join(pictures(), `${name}.png`), fullPage: true });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

function watch(context: BrowserContext, page: Page, origin: string): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(`error: ${message}`));
  page.on("console", (message) => {
    const text = message.text();
    // What a page answers with status 404 is no complaint of the page's.
    const expected = text.startsWith("Failed to load resource") || message.type() === "log";
    if (!expected) complaints.push(`${message.type()}: ${text}`);
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`)) complaints.push(`a request to ${url}`);
  });
  return complaints;
}

let folder: string | undefined;

/** Where pictures are kept: where the environment says, else in a new folder. */
function pictures(): string {
  if (folder === undefined) {
    const given = Deno.env.get("MINI_TORRENT_SCREENS");
    if (given) Deno.mkdirSync(given, { recursive: true });
    folder = given || Deno.makeTempDirSync({ prefix: "mini-torrent-screens-" });
    console.log(`screens are kept in ${folder}`);
  }
  return folder;
}

function hasChromium(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}
