import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { LineClient } from "../support/line_client.ts";
import { Program, skippable, startTracker } from "../support/programs.ts";
import { NO_CHROMIUM, openChromium, type Tab } from "../web/chromium.ts";

const TOKEN = "a-token-for-the-tests-only";

const HOSTILE = "<img src=x onerror=alert(1)>\u202Egnp.exe";

/** A tracker with its HTTP port. */
async function start(...args: string[]): Promise<Program & { port: number; base: string }> {
  const tracker = await startTracker("--http-port", "0", ...args);
  const [, port] = await tracker.log(/HTTP and UDP on 127\.0\.0\.1:(\d+)/);
  return Object.assign(tracker, { base: `http://127.0.0.1:${port}` });
}

/** Announces a share as peers of ours do; a peer for each port. */
async function announce(
  client: LineClient,
  share: { readonly name: string; readonly digit: string },
  peer: { readonly port: number; readonly left?: number },
): Promise<void> {
  const told = {
    v1: share.digit.repeat(40),
    v2: share.digit.repeat(64),
    name: share.name,
    size: 1_340_000_000,
    port: peer.port,
    peer_id: `2d4d54303130302d${peer.port.toString(16).padStart(24, "0")}`,
    left: peer.left ?? 0,
    uploaded: 0,
    downloaded: 0,
    event: "started",
  };
  const [answer] = await client.ask(`ANNOUNCE ${JSON.stringify(told)}`);
  assertMatch(answer!, /^OK /);
}

function liveTest(
  name: string,
  args: readonly string[],
  act: (tab: Tab, client: LineClient, tracker: Program) => Promise<void>,
): void {
  skippable(`dashboard: ${name}`, NO_CHROMIUM, async () => {
    await using tracker = await start(...args);
    await using browser = await openChromium();
    await using tab = await browser.open(tracker.base);
    using client = await LineClient.connect(tracker.port);
    await act(tab, client, tracker);
  });
}

liveTest("the list shows announces as they come", [], async (tab, client, tracker) => {
  const { page } = tab;
  await page.goto("/");
  await page.getByText("Nothing is shared yet").waitFor();
  await page.locator(".liveness.live").waitFor();
  await announce(client, { name: "Holiday", digit: "a" }, { port: 4_001 });
  const row = page.getByRole("row", { name: "Holiday" });
  await row.getByText("Fair").waitFor();
  await announce(client, { name: "Holiday", digit: "a" }, { port: 4_002 });
  await row.getByText("Good").waitFor();
  assertEquals(await row.locator(".seeders").textContent(), "2");
  assertEquals(await row.locator(".size").textContent(), "1.34 GB");
  await announce(client, { name: HOSTILE, digit: "b" }, { port: 4_003, left: 7 });
  const hostile = page.getByRole("row", { name: "alert" });
  await hostile.getByText("Poor").waitFor();
  assertEquals(await hostile.locator("bdi").textContent(), HOSTILE.replace("\u202E", "U+202E"));
  await tab.keep("live-list");
  assertEquals(tab.complaints, []);
  tracker.signal("SIGTERM");
  await page.getByText("Connection lost").waitFor();
});

liveTest("a share's page follows it; the admin token opens addresses", [
  "--admin-token",
  TOKEN,
], async (tab, client) => {
  const { page } = tab;
  const share = { name: "Holiday", digit: "a" };
  await announce(client, share, { port: 4_001 });
  await page.goto(`/shares/${"a".repeat(40)}`);
  await page.locator(".liveness.live").waitFor();
  const link = page.getByRole("link", { name: "Open magnet link" });
  assertMatch((await link.getAttribute("href"))!, /^magnet:\?xt=urn:btih:a{40}.*btmh:1220a{64}/);
  await announce(client, share, { port: 4_002, left: 5 });
  const leechers = page.locator(".tiles > div", { hasText: "Leechers" });
  await leechers.getByText("1", { exact: true }).waitFor();
  assertEquals((await page.content()).includes("4002"), false, "no address without the token");
  await page.getByLabel("Admin token").fill("another-token-than-that");
  await page.getByRole("button", { name: "Show addresses" }).click();
  await page.getByText("That is not the admin token").waitFor();
  await page.getByLabel("Admin token").fill(TOKEN);
  await page.getByRole("button", { name: "Show addresses" }).click();
  await page.getByText("127.0.0.1:4002").waitFor();
  assertEquals(await page.getByRole("cell", { name: "Mini-Torrent" }).count(), 2);
  assertEquals(await tab.barriers(), []);
  await tab.keep("live-share");
  assertEquals(tab.complaints, []);
});

liveTest("the tracker's own page is live", [], async (tab, client) => {
  const { page } = tab;
  await page.goto("/tracker?range=5m");
  await page.locator(".liveness.live").waitFor();
  await announce(client, { name: "Holiday", digit: "a" }, { port: 4_001 });
  const lines = page.locator(".facts > div", { hasText: "Announces in lines" });
  await lines.getByText("1", { exact: true }).waitFor();
  await page.locator(".uplot canvas").first().waitFor();
  assertEquals(await tab.barriers(), []);
  await tab.keep("live-tracker");
  assertEquals(tab.complaints, []);
});

liveTest("without an admin token nobody is shown addresses", [], async (tab, client) => {
  const { page } = tab;
  await announce(client, { name: "Holiday", digit: "a" }, { port: 4_001 });
  await page.goto(`/shares/${"a".repeat(64)}`);
  await page.getByLabel("Admin token").fill(TOKEN);
  await page.getByRole("button", { name: "Show addresses" }).click();
  await page.getByText("This tracker has no admin token").waitFor();
});

Deno.test("dashboard: pages name scripts that are there, and are off with --no-dashboard", async () => {
  await using tracker = await start();
  const page = await (await fetch(`${tracker.base}/`)).text();
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)];
  assertEquals(scripts.length, 3, "the browser's part is in the program");
  for (const [, path] of scripts) {
    const answer = await fetch(`${tracker.base}${path}`);
    assertEquals(answer.status, 200);
    assertMatch(answer.headers.get("content-type")!, /^text\/javascript/);
    await answer.body?.cancel();
  }
  await using other = await start("--no-dashboard");
  const answer = await fetch(`${other.base}/`);
  assertEquals(answer.status, 404);
  assertMatch(await answer.text(), /not_found/);
});
