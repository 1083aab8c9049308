import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { LayerError } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import { FakeData } from "../../tests/web/fake_data.ts";
import { dashboard } from "./dashboard.ts";
import { readLibraries } from "./libraries.ts";

const face = dashboard(silentLog);
const data = new FakeData(1_800_000_000);

async function get(target: string, headers: Record<string, string> = {}, from = data) {
  const [path = "", query = ""] = target.split("?");
  const request = {
    method: "GET",
    path,
    query,
    headers: new Map(Object.entries(headers)),
    keep: true,
  };
  const answer = await face(request, "192.0.2.1", from);
  return answer && { ...answer, text: new TextDecoder().decode(answer.body) };
}

Deno.test("dashboard: the list is drawn whole, with a form and links that need no program", async () => {
  const { status, headers, text } = (await get("/"))!;
  assertEquals(status, 200);
  assertMatch(headers, /Content-Security-Policy: default-src 'none'; script-src 'self';/);
  assertEquals(/'unsafe/.test(headers), false);
  assertMatch(text, /debian-13\.2\.0-amd64-netinst\.iso/);
  assertMatch(text, /<form [^>]*method="get"/);
  assertMatch(text, /href="\/\?sort=name"/);
  assertEquals(/<script(?![^>]* src=)/.test(text), false, "no script stands in a page");
  assertEquals(/<[^>]* style=/.test(text), false, "no style stands in a page");
  assertEquals(text.includes("<script>alert"), false);
});

Deno.test("dashboard: search, order and page are kept in links", async () => {
  const { text } = (await get("/?q=e&sort=size&order=asc"))!;
  assertMatch(text, /value="e"/);
  assertMatch(text, /href="\/\?q=e&amp;sort=size"/, "the order turns");
  assertMatch(text, /href="\/\?q=e&amp;sort=name"/);
  const end = (await get("/?q=a%26%22b&after=50"))!;
  assertMatch(end.text, /value="a&amp;&quot;b"/);
  assertMatch(end.text, /That was all/);
  assertMatch(end.text, /href="\/\?q=a%26%22b">First page/);
  const odd = (await get("/?sort=nothing&order=up&after=-1"))!;
  assertMatch(odd.text, /aria-sort="descending"[^>]*><a[^>]*>First seen/);
});

Deno.test("dashboard: files are kept for good and come compressed", async () => {
  const { text } = (await get("/"))!;
  const paths = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  assertEquals(paths.length, 5);
  for (const path of paths) {
    const plain = (await get(path))!;
    assertMatch(plain.headers, /Cache-Control: public, max-age=31536000, immutable/);
    const zipped = (await get(path, { "accept-encoding": "br, gzip" }))!;
    assertMatch(zipped.headers, /Content-Encoding: gzip/);
    assert(zipped.body.length < plain.body.length || path.includes("icon"));
    const stream = new Blob([new Uint8Array(zipped.body)]).stream()
      .pipeThrough(new DecompressionStream("gzip"));
    assertEquals(await new Response(stream).text(), plain.text);
  }
});

Deno.test("dashboard: a share has its link, its code and its pictures", async () => {
  const { shares } = await data.shares({});
  const { status, text } = (await get(`/shares/${shares[0]!.v1}?range=7d`))!;
  assertEquals(status, 200);
  assertMatch(text, /href="magnet:\?xt=urn:btih:/);
  assertMatch(text, /aria-label="QR code of the magnet link"/);
  assertMatch(text, /aria-current="true"[^>]*>week/);
  assertMatch(text, /<path class="line tone1" d="M/);
  assertEquals((await get(`/shares/${"0".repeat(40)}`))!.status, 404);
});

Deno.test("dashboard: what is nowhere is told to people here, to programs by the tracker", async () => {
  const told = (await get("/nowhere", { accept: "text/html,*/*" }))!;
  assertEquals(told.status, 404);
  assertMatch(told.text, /There is nothing here/);
  assertEquals(await get("/nowhere", { accept: "*/*" }), undefined);
  assertEquals(await get("/shares/xyz"), undefined);
});

Deno.test("dashboard: who asks too often is told so", async () => {
  class TooFast extends LayerError<"too_fast"> {}
  class Busy extends FakeData {
    override stats(): never {
      throw new TooFast("too_fast", "Slower");
    }
  }
  for (const path of ["/", "/tracker"]) {
    const { status, headers } = (await get(path, {}, new Busy(1)))!;
    assertEquals(status, 429);
    assertMatch(headers, /Retry-After: 1\r\n/);
  }
});

Deno.test("libraries: packages are read as text, without a permission", () => {
  const { preact, uplot, uplotStyle } = readLibraries();
  assertMatch(preact, /export\s*\{/);
  assertMatch(uplot, /export \{ uPlot as default \}/);
  assertMatch(uplotStyle, /\.uplot/);
});
