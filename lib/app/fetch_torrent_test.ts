import { assertEquals, assertRejects, assertStringIncludes } from "jsr:@std/assert@1";
import { deadPort } from "../../tests/support/originals.ts";
import { toBuild } from "../../tests/vectors/torrent_content.ts";
import { buildTorrent } from "../meta/create.ts";
import { MAX_TORRENT, parseMetainfo } from "../meta/metainfo.ts";
import { encodeMetainfo } from "../meta/metainfo_writer.ts";
import { AppError } from "./errors.ts";
import { fetchTorrent, type FetchTorrentOptions } from "./fetch_torrent.ts";

const BYTES = encodeMetainfo(
  buildTorrent(toBuild("a", true, 16_384, [{ path: ["a"], length: 50_000, seed: 1 }])),
);
const { info: INFO } = parseMetainfo(BYTES);

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
}

/** A server that answers by path. */
function serve(
  answers: Record<string, (request: Request) => Response | Promise<Response>>,
): Server {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return answers[pathname]?.(request) ?? new Response("no such page", { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function torrent(): Response {
  return new Response(BYTES as Uint8Array<ArrayBuffer>);
}

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

async function refusal(url: string, options?: FetchTorrentOptions): Promise<AppError> {
  return await assertRejects(() => fetchTorrent(url, options), AppError);
}

Deno.test("fetch torrent: plain, compressed and redirected ones arrive", async () => {
  await using server = serve({
    "/a": torrent,
    "/zipped": () => {
      const body = torrent().body!.pipeThrough(new CompressionStream("gzip"));
      return new Response(body, { headers: { "content-encoding": "gzip" } });
    },
    "/1": () => redirect("/2", 301),
    "/2": () => redirect("3", 303),
    "/3": () => redirect("/4", 307),
    "/4": () => redirect("/5", 308),
    "/5": () => redirect(`${server.url.replace("127.0.0.1", "localhost")}/a`),
  });
  for (const path of ["/a", "/zipped", "/1"]) {
    assertEquals((await fetchTorrent(server.url + path)).info, INFO);
  }
});

Deno.test("fetch torrent: what a server may not answer is refused with its reason", async () => {
  const endless = () => {
    const chunk = new Uint8Array(MAX_TORRENT / 8);
    return new Response(new ReadableStream({ pull: (to) => to.enqueue(chunk) }));
  };
  await using server = serve({
    "/page": () => new Response("<html>"),
    "/error": () => new Response("no", { status: 500 }),
    "/endless": endless,
    "/loop": () => redirect("/loop"),
    "/nowhere": () => new Response(null, { status: 302 }),
    "/file": () => redirect("file:///etc/passwd"),
    "/zero": () => redirect("http://0.0.0.0:1/"),
    "/many": () => redirect("http://[ff02::1]/"),
  });
  const table: [string, string, string][] = [
    ["/page", "protocol", "Is it a .torrent file"],
    ["/none", "not_found", "answers 404"],
    ["/error", "protocol", "answers 500"],
    ["/endless", "protocol", `more than ${MAX_TORRENT} bytes`],
    ["/loop", "protocol", "more than 5 times"],
    ["/nowhere", "protocol", "redirects to nowhere"],
    ["/file", "protocol", "which is no HTTP URL"],
    ["/zero", "protocol", "unspecified address"],
    ["/many", "protocol", "multicast address"],
  ];
  for (const [path, code, says] of table) {
    const error = await refusal(server.url + path);
    assertEquals(error.code, code, path);
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.message, "http://");
  }
  assertEquals(server.asked.filter((path) => path === "/loop").length, 6);
});

Deno.test("fetch torrent: a stranger's redirect leads to no address of this network", async () => {
  await using server = serve({ "/out": () => redirect("http://inner.test/a"), "/a": torrent });
  for (const address of ["127.0.0.1", "10.0.0.1", "::1", "::ffff:192.168.0.1", "169.254.1.1"]) {
    const resolve = (host: string) =>
      Promise.resolve(host === "inner.test" ? ["198.41.0.4", address] : ["198.41.0.4"]);
    const error = await refusal(`${server.url}/out`, { resolve });
    assertEquals(error.code, "protocol");
    assertStringIncludes(error.message, "name this URL yourself");
  }
  assertEquals(server.asked.filter((path) => path !== "/out"), []);
});

Deno.test("fetch torrent: only URLs of HTTP, and a server that is there", async () => {
  for (
    const bad of [
      "",
      "a.torrent",
      "ftp://x/y",
      "file:///etc/passwd",
      "http://",
      `http://x/${"y".repeat(9000)}`,
    ]
  ) {
    assertEquals((await refusal(bad)).code, "invalid_input", bad);
  }
  const nobody = await refusal(`http://user:secret@127.0.0.1:${deadPort()}/a`);
  assertEquals([nobody.code, nobody.message.includes("secret")], ["connect", false]);
  assertStringIncludes(nobody.message, "refused");
  const resolve = () => Promise.resolve(["224.0.0.1"]);
  assertEquals((await refusal("http://many.test/", { resolve })).code, "invalid_input");
});

Deno.test("fetch torrent: a signal ends it at every stage", async () => {
  assertEquals(
    (await refusal("http://x.test/", { signal: AbortSignal.abort() })).code,
    "interrupted",
  );
  const never = new Promise<never>(() => {});
  const stages: [string, FetchTorrentOptions["resolve"]?][] = [["/silent"], ["/half"], [
    "/x",
    () => never,
  ]];
  for (const [path, resolve] of stages) {
    const stop = new AbortController();
    const release = Promise.withResolvers<Response>();
    await using server = serve({
      "/silent": () => {
        stop.abort();
        return release.promise;
      },
      "/half": () =>
        new Response(
          new ReadableStream({
            start: (to) => to.enqueue(new Uint8Array(10)),
            pull: () => stop.abort(),
          }),
        ),
    });
    const ended = refusal(server.url + path, { signal: stop.signal, ...resolve && { resolve } });
    if (resolve) stop.abort();
    assertEquals((await ended).code, "interrupted", path);
    release.resolve(new Response());
  }
});
