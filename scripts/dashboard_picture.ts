/**
 * Makes docs/dashboard.png: the tracker's list of shares, over made-up figures, in Chromium.
 *
 *     deno run -A scripts/dashboard_picture.ts
 *
 * Needs Chromium as /usr/bin/chromium; the system's own font decides how it looks.
 */
import { openChromium } from "../tests/web/chromium.ts";
import { serveFakeTracker } from "../tests/web/fake_tracker.ts";
import { inRoot } from "./packages.ts";

async function main(): Promise<number> {
  await using server = serveFakeTracker(1_764_000_000);
  await using browser = await openChromium();
  const base = `http://127.0.0.1:${server.addr.port}`;
  await using tab = await browser.open(base, { width: 1100, reducedMotion: true });
  await tab.page.goto("/?sort=seeders");
  await tab.page.locator(".liveness.live").waitFor();
  await tab.page.screenshot({ path: inRoot("docs/dashboard.png") });
  console.error("picture: docs/dashboard.png");
  return 0;
}

if (import.meta.main) Deno.exit(await main());
