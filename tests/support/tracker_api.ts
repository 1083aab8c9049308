import { assert, assertEquals, assertMatch } from "jsr:@std/assert@1";
import { Ajv2020, type ValidateFunction } from "npm:ajv@8/dist/2020.js";
import type { Schema } from "../../lib/app/tracker/api_schemas.ts";
import type { TrackerOptions } from "../../lib/app/types.ts";
import { StandingClock, trackerHere, Watched } from "./in_process.ts";
import { readAll } from "./originals.ts";

/** What opens addresses. */
export const ADMIN_TOKEN = "0123456789abcdef";

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

/** The document as it is served. */
interface Document {
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: unknown;
}

/** A tracker whose every JSON answer is as its document says. */
export class TrackerApi implements AsyncDisposable {
  readonly clock: StandingClock;
  readonly tracker: Awaited<ReturnType<typeof trackerHere>>;
  readonly document: Document;
  readonly #checks = new Map<string, ValidateFunction>();
  /** Paths of the document that were asked for. */
  readonly seen = new Set<string>();

  private constructor(parts: Pick<TrackerApi, "tracker" | "document" | "clock">) {
    this.tracker = parts.tracker;
    this.document = parts.document;
    this.clock = parts.clock;
  }

  /** @param headers What the request for the document bears. */
  static async start(
    options: Partial<TrackerOptions> = {},
    headers: Record<string, string> = {},
  ): Promise<TrackerApi> {
    const clock = new StandingClock();
    const context = new Watched({ clock });
    const given = { httpPort: 0, adminToken: ADMIN_TOKEN, ...options };
    const tracker = await trackerHere(given, context);
    const url = `http://127.0.0.1:${tracker.httpPort}/api/v1/openapi.json`;
    const response = await fetch(url, { headers });
    return new TrackerApi({ tracker, clock, document: await response.json() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tracker[Symbol.asyncDispose]();
  }

  /** Asks, and holds the answer against the document. */
  async ask(target: string, headers: Record<string, string> = {}) {
    const url = new URL(`http://127.0.0.1:${this.tracker.httpPort}/api/v1/${target}`);
    const response = await fetch(url, { headers });
    const [path, operation] = this.#operation(url);
    const told = operation.responses[String(response.status)];
    assert(told, `${path} is not said to answer ${response.status}`);
    const [type] = response.headers.get("content-type")!.split(";");
    const schema = told.content?.[type!]?.schema;
    assert(told.content?.[type!], `${path} is not said to answer ${type}`);
    for (const name of url.searchParams.keys()) {
      assert(operation.parameters?.some((one) => one.name === name), `${path} has no ${name}`);
    }
    const bytes = await response.bytes();
    const body = type === "application/json" ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
    if (schema) this.#check(schema, body);
    this.seen.add(path);
    return { status: response.status, headers: response.headers, body };
  }

  async get(target: string) {
    const { status, body } = await this.ask(target);
    assertEquals([target, status], [target, 200]);
    return body;
  }

  /** Announces by line: both hashes and a name. */
  async line(port: number, more: Record<string, unknown> = {}): Promise<void> {
    const counts = { size: 5, left: 0, uploaded: 0, downloaded: 0 };
    const who = {
      v1: "11".repeat(20),
      v2: "22".repeat(32),
      peer_id: "2d4d54303130302d".padEnd(40, "a"),
      port,
    };
    const text = `ANNOUNCE ${JSON.stringify({ name: "file", ...who, ...counts, ...more })}\n`;
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: this.tracker.port });
    await conn.write(new TextEncoder().encode(text));
    await conn.closeWrite();
    assertMatch(new TextDecoder().decode(await readAll(conn)), /^OK /);
  }

  /** Announces as BitTorrent clients do. */
  async http(hash: string, port: number, more = "left=5", id = "-TR4050-abcdefghijkl") {
    const query = `info_hash=${hash.replace(/../g, "%$&")}&peer_id=${id}&port=${port}&${more}`;
    const response = await fetch(`http://127.0.0.1:${this.tracker.httpPort}/announce?${query}`);
    assertMatch(await response.text(), /5:peers/);
  }

  #operation(url: URL): [string, Operation] {
    for (const [path, { get }] of Object.entries(this.document.paths)) {
      const pattern = path.replaceAll(".", "\\.").replace("{hash}", "[^/]+");
      if (new RegExp(`^${pattern}$`).test(url.pathname)) return [path, get];
    }
    throw new Error(`${url.pathname} is not in the document`);
  }

  #check(schema: Schema, body: unknown): void {
    const key = JSON.stringify(schema);
    let check = this.#checks.get(key);
    if (!check) {
      const ajv = new Ajv2020({ allowUnionTypes: true, keywords: ["components"] });
      check = ajv.compile({ ...schema, components: this.document.components });
      this.#checks.set(key, check);
    }
    assert(check(body), `${JSON.stringify(check.errors)} in ${JSON.stringify(body)}`);
  }
}
