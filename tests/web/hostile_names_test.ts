/// <reference lib="dom" />
import { assert, assertEquals } from "jsr:@std/assert@1";
import { skippable } from "../support/programs.ts";
import { NO_CHROMIUM, openChromium } from "./chromium.ts";
import { serveFakeTracker } from "./fake_tracker.ts";

for (const width of [360, 1280]) {
  const name = `dashboard pages: names meant to break a page of ${width} pixels do not`;
  skippable(name, NO_CHROMIUM, async () => {
    await using server = serveFakeTracker(1_764_000_000, { hostile: true });
    await using browser = await openChromium();
    const base = `http://127.0.0.1:${server.addr.port}`;
    await using tab = await browser.open(base, { width });
    const { page } = tab;
    await page.goto("/");
    await page.locator(".liveness.live").waitFor();
    const rows = await page.locator("tbody tr").all();
    assertEquals(rows.length, 7);
    for (const row of rows) assert((await row.boundingBox())!.height < 200);
    assert(await tab.tooWide() <= 0);
    await tab.keep(`hostile-names-${width}`);
    const links = await page.locator("td.name a").evaluateAll((all) =>
      all.map((link) => link.getAttribute("href") ?? "")
    );
    for (const [at, link] of links.entries()) {
      await page.goto(link);
      await page.locator(".liveness.live").waitFor();
      assert(await tab.tooWide() <= 0, link);
      await tab.keep(`hostile-name-${at}-${width}`);
    }
    assertEquals(tab.complaints, []);
  });
}
