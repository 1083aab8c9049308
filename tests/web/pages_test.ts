/// <reference lib="dom" />
import { assert, assertEquals } from "jsr:@std/assert@1";
import { skippable } from "../support/programs.ts";
import { NO_CHROMIUM, openChromium, type Tab } from "./chromium.ts";
import { FAKE_TOKEN, serveFakeTracker } from "./fake_tracker.ts";

/** When the made-up figures end: always the same, so that pictures can be compared. */
const NOW = 1_764_000_000;

const PLACES = {
  list: "/",
  search: "/?q=zip&sort=size",
  nothing: "/?q=nothing-has-that-name",
  share: "(the first share)",
  hostile: "(the share with a hostile name)",
  tracker: "/tracker?range=1d",
  missing: `/shares/${"0".repeat(40)}`,
};

function browserTest(
  name: string,
  act: (open: Awaited<ReturnType<typeof openChromium>>["open"], base: string) => Promise<void>,
): void {
  skippable(`dashboard pages: ${name}`, NO_CHROMIUM, async () => {
    await using server = serveFakeTracker(NOW);
    await using browser = await openChromium();
    await act(browser.open, `http://127.0.0.1:${server.addr.port}`);
  });
}

async function visit({ page }: Tab, place: keyof typeof PLACES): Promise<void> {
  if (place === "share" || place === "hostile") {
    await page.goto("/");
    const link = page.locator("td.name a").nth(place === "share" ? 0 : 8);
    await page.goto((await link.getAttribute("href"))!);
  } else {
    await page.goto(PLACES[place]);
  }
}

const places = Object.keys(PLACES) as (keyof typeof PLACES)[];

for (const scheme of ["light", "dark"] as const) {
  browserTest(
    `${scheme}: nothing stands in anybody's way, nothing is loaded from elsewhere`,
    async (open, base) => {
      for (const place of places) {
        await using tab = await open(base, { scheme, reducedMotion: true });
        await visit(tab, place);
        if (place !== "missing") await tab.page.locator(".liveness.live").waitFor();
        assertEquals(await tab.barriers(), [], place);
        assertEquals(tab.complaints, [], place);
        await tab.keep(`${place}-${scheme}`);
      }
    },
  );
}

browserTest("no width makes them scroll sideways", async (open, base) => {
  await using tab = await open(base);
  for (const place of places) {
    await visit(tab, place);
    for (const width of [320, 480, 700, 710, 800, 930, 1000, 1920]) {
      await tab.page.setViewportSize({ width, height: 800 });
      assert(await tab.tooWide() <= 0, `${place} at ${width}`);
    }
  }
});

browserTest("a phone of 360 pixels shows them without scrolling sideways", async (open, base) => {
  for (const place of places) {
    await using tab = await open(base, { width: 360 });
    await visit(tab, place);
    if (place !== "missing") await tab.page.locator(".liveness.live").waitFor();
    assert(await tab.tooWide() <= 0, place);
    await tab.keep(`${place}-phone`);
  }
});

browserTest("without JavaScript there are search, order, charts and pages", async (open, base) => {
  await using tab = await open(base, { javaScript: false });
  const { page } = tab;
  await page.goto("/");
  assertEquals(await page.locator("tbody tr").count(), 12);
  await page.getByLabel("Search").fill("zip");
  await page.getByLabel("Sort by").selectOption("size");
  await page.getByRole("button", { name: "Show" }).click();
  assertEquals(new URL(page.url()).search, "?q=zip&sort=size");
  assertEquals(await page.locator("tbody tr").count(), 1);
  await page.getByRole("link", { name: "night-sky" }).click();
  assert(await page.locator("svg path.line").count() > 0);
  assert(await page.getByText("that needs JavaScript").isVisible());
  assertEquals(await page.getByRole("button", { name: "Copy" }).count(), 0);
  await tab.keep("share-without-javascript");
});

browserTest(
  "the keyboard alone leads from the list to a share and its link",
  async (open, base) => {
    await using tab = await open(base);
    const { page } = tab;
    await page.goto("/");
    await page.locator(".liveness.live").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    const tabTo = async (text: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused()).includes(text)) return;
      }
      throw new Error(`the keyboard does not reach "${text}"`);
    };
    await page.keyboard.press("Tab");
    assertEquals(await focused(), "Skip to the content");
    await tabTo("lecture-07");
    const outline = await page.evaluate(() =>
      getComputedStyle(document.activeElement!).outlineStyle
    );
    assertEquals(outline, "solid", "it is seen where the keyboard is");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "lecture-07" }).waitFor();
    await page.locator(".liveness.live").waitFor();
    await tabTo("Copy magnet link");
    // It says so for two seconds, which a busy machine may miss by looking now and then.
    await page.evaluate(() => {
      const said = () =>
        document.body.textContent?.includes("Copied") && (document.title = "Copied");
      const options = { subtree: true, childList: true, characterData: true };
      new MutationObserver(said).observe(document.body, options);
    });
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.title === "Copied");
  },
);

browserTest("the list follows what is typed, and so does the address", async (open, base) => {
  await using tab = await open(base);
  const { page } = tab;
  await page.goto("/?sort=name");
  await page.locator(".liveness.live").waitFor();
  await page.getByLabel("Search").pressSequentially("kiwix");
  await page.getByText("1 share on this page for “kiwix”").waitFor();
  assertEquals(await page.locator("tbody tr").count(), 1);
  assertEquals(new URL(page.url()).search, "?q=kiwix&sort=name");
  await page.getByLabel("Search").fill("nothing of that name");
  await page.getByText("Nothing fits").waitFor();
  await page.getByLabel("Search").fill("");
  await page.getByRole("link", { name: "debian" }).waitFor();
  assertEquals(tab.complaints, []);
});

browserTest("addresses are opened by the token, which no other tab is told", async (open, base) => {
  await using tab = await open(base);
  const { page } = tab;
  await visit(tab, "share");
  await page.getByLabel("Admin token").fill("a wrong one");
  await page.getByRole("button", { name: "Show addresses" }).click();
  await page.getByText("That is not the admin token of this tracker.").waitFor();
  await page.getByLabel("Admin token").fill(FAKE_TOKEN);
  await page.getByRole("button", { name: "Show addresses" }).click();
  await page.getByText("[2001:db8::17]:6881").waitFor();
  assertEquals(await tab.barriers(), []);
  await tab.keep("addresses");
  await page.reload();
  await page.getByText("192.0.2.7:51413").waitFor();
  assertEquals(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel("Admin token").waitFor();
  await page.getByRole("button", { name: "Forget the token" }).click();
  await page.getByLabel("Admin token").waitFor();
  assertEquals(await page.evaluate(() => sessionStorage.length), 0);
  assertEquals(tab.complaints, []);
});

browserTest("a hostile name does nothing and breaks nothing", async (open, base) => {
  await using tab = await open(base);
  const { page } = tab;
  await visit(tab, "hostile");
  await page.locator(".liveness.live").waitFor();
  const heading = page.getByRole("heading", { level: 1 });
  assertEquals(await heading.textContent(), "<script>alert(1)</script> U+202Egnp.exeU+2066");
  assert((await page.title()).startsWith("<script>alert(1)</script> [U+202E]gnp.exe[U+2066] ·"));
  assertEquals(await page.locator("body script, h1 script").count(), 0);
  assertEquals(tab.complaints, []);
});

browserTest(
  "charts are drawn anew when the colours turn and the window changes",
  async (open, base) => {
    await using tab = await open(base);
    const { page } = tab;
    await page.goto("/tracker");
    await page.locator(".uplot canvas").first().waitFor();
    assertEquals(await page.locator(".uplot").count(), 6);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 700, height: 800 });
    await page.waitForFunction(() => {
      const [canvas, plot] = [".uplot canvas", ".plot"].map((one) => document.querySelector(one));
      return canvas && plot && canvas.clientWidth <= plot.clientWidth && plot.clientWidth < 700;
    });
    assertEquals(await page.locator(".uplot").count(), 6);
    await page.locator(".plot").first().hover();
    await page.locator(".tip:not([hidden])").first().waitFor();
    assertEquals(tab.complaints, []);
    await tab.keep("tracker-turned");
  },
);
