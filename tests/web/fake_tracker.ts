import { SHARE_RANGES, SORTS, TRACKER_RANGES } from "../../lib/app/tracker/api_types.ts";
import { silentLog } from "../../lib/base/log.ts";
import { dashboard } from "../../lib/web/dashboard.ts";
import { FakeData } from "./fake_data.ts";

/** A token that opens addresses there. */
export const FAKE_TOKEN = "a-token-of-the-tests";

/** Serves the dashboard over made-up figures, with the parts of the JSON interface that it asks for. */
export function serveFakeTracker(
  now: number,
  { port = 0, hostile = false }: { readonly port?: number; readonly hostile?: boolean } = {},
): Deno.HttpServer<Deno.NetAddr> {
  const data = new FakeData(now, hostile);
  const face = dashboard(silentLog);
  return Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const { pathname: path, search, searchParams } = new URL(request.url);
    if (path.startsWith("/api/")) return api(path, searchParams, request, data);
    const headers = new Map(
      [...request.headers].map(([name, value]) => [name.toLowerCase(), value]),
    );
    const asked = { method: request.method, path, query: search.slice(1), headers, keep: true };
    const answer = await face(asked, "127.0.0.1", data);
    if (!answer) return new Response("not found\n", { status: 404 });
    return new Response(new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers.trim().split("\r\n").map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    });
  });
}

async function api(
  path: string,
  query: URLSearchParams,
  request: Request,
  data: FakeData,
): Promise<Response> {
  const [, hash = "", part = ""] = /^\/api\/v1\/shares\/(\w+)\/?(\w*)$/.exec(path) ?? [];
  if (path === "/api/v1/events") return events(data);
  if (path === "/api/v1/history") return Response.json(data.history(oneOf(TRACKER_RANGES, query)));
  if (path === "/api/v1/shares") {
    const sort = SORTS.find((one) => one === query.get("sort")) ?? "age";
    const order = query.get("order") === "asc" ? "asc" : "desc";
    return Response.json(await data.shares({ q: query.get("q") ?? "", sort, order, limit: 50 }));
  }
  if (part === "history") return Response.json(data.shareHistory(hash, oneOf(SHARE_RANGES, query)));
  if (part === "peers") {
    const good = request.headers.get("authorization") === `Bearer ${FAKE_TOKEN}`;
    return good ? Response.json(data.peers()) : new Response(null, { status: 401 });
  }
  return new Response(null, { status: 404 });
}

function oneOf<Range extends string>(ranges: readonly Range[], query: URLSearchParams): Range {
  return ranges.find((range) => range === query.get("range")) ?? ranges[0]!;
}

/** Tells the figures once and stays open. */
function events(data: FakeData): Response {
  const text = `event: stats\ndata: ${JSON.stringify(data.stats())}\n\n`;
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

if (import.meta.main) {
  const port = Number(Deno.args[0] ?? 0);
  const server = serveFakeTracker(Math.floor(Date.now() / 1000), { port });
  console.log(`http://127.0.0.1:${server.addr.port}/`);
  await server.finished;
}
