import { API_SCHEMAS, type Schema, schemaRef } from "./api_schemas.ts";
import { SHARE_RANGES, SORTS, TRACKER_RANGES } from "./api_types.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, Response>>;
}

/** An OpenAPI 3.1 document; what is used of it here. */
export interface ApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<
      Record<string, { readonly type: "http"; readonly scheme: "bearer" }>
    >;
  };
}

const HASH: Parameter = {
  name: "hash",
  in: "path",
  required: true,
  description: "v1 info-hash, v2 info-hash, or v2 cut to 20 bytes; hex digits of either case",
  schema: { type: "string", pattern: "^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$" },
};

function query(name: string, description: string, schema: Schema): Parameter {
  return { name, in: "query", required: false, description, schema };
}

function range(ranges: readonly string[]): Parameter {
  const schema = { type: "string", enum: ranges, default: "1h" };
  return query("range", "How far back", schema);
}

const LIST = [
  query("q", "A part of a name, in any case, or the beginning of an info-hash", {
    type: "string",
    maxLength: 255,
  }),
  query("sort", "By what shares are sorted", { type: "string", enum: SORTS, default: "age" }),
  query("order", "Absent: names ascending, the rest descending", {
    type: "string",
    enum: ["asc", "desc"],
  }),
  query("limit", "Shares wanted", { type: "integer", minimum: 1, maximum: 100, default: 20 }),
  query("after", "The `next` of the page before", { type: "integer", minimum: 0, default: 0 }),
];

const PEER_LIST = [
  query("limit", "Peers wanted", { type: "integer", minimum: 1, maximum: 1_000, default: 100 }),
  query("after", "The `next` of the page before", { type: "integer", minimum: 0, default: 0 }),
];

function json(description: string, name: string): Response {
  return { description, content: { "application/json": { schema: schemaRef(name) } } };
}

const ERRORS = {
  "400": json("A parameter cannot be used", "Error"),
  "401": json(
    "The tracker is private and needs a key, or what is asked for the admin token",
    "Error",
  ),
  "403": json("The address may not use the tracker, or nobody may see what is asked for", "Error"),
  "429": json("Too many requests from one address", "Error"),
};
const NO_SHARE = { "404": json("There is no such share", "Error") };

const STREAM = "Server-sent events. `stats` (a Stats object) comes every 2 seconds, `shares` " +
  '(`{"shares":N}`) when the list has changed, at most every 2 seconds, and `share` (a ShareDetails ' +
  "object, or null once it is gone) when the share that was asked for has changed. A comment keeps " +
  "the connection in use. Who reads too slowly is disconnected.";

/** What the tracker's JSON interface is, as it is served at `/api/v1/openapi.json`. */
export const API_DOCUMENT: ApiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Mini-Torrent tracker",
    version: "1",
    description: "What a tracker knows. Everybody may read shares and counts; addresses of peers " +
      "are shown to those who have the admin token.",
  },
  paths: {
    "/api/v1/stats": {
      get: {
        operationId: "stats",
        summary: "What the tracker holds and does",
        responses: { "200": json("Counts and rates", "Stats"), ...ERRORS },
      },
    },
    "/api/v1/history": {
      get: {
        operationId: "history",
        summary: "What the tracker did, over time",
        parameters: [range(TRACKER_RANGES)],
        responses: { "200": json("Numbers over time", "TrackerHistory"), ...ERRORS },
      },
    },
    "/api/v1/shares": {
      get: {
        operationId: "shares",
        summary: "What is shared, a page of it",
        parameters: LIST,
        responses: {
          "200": json("A page", "SharesPage"),
          ...ERRORS,
          "503": json("Too many look for something already", "Error"),
        },
      },
    },
    "/api/v1/shares/{hash}": {
      get: {
        operationId: "share",
        summary: "One share",
        parameters: [HASH],
        responses: { "200": json("The share", "ShareDetails"), ...ERRORS, ...NO_SHARE },
      },
    },
    "/api/v1/shares/{hash}/history": {
      get: {
        operationId: "shareHistory",
        summary: "How many peers a share had, over time",
        parameters: [HASH, range(SHARE_RANGES)],
        responses: { "200": json("Numbers over time", "ShareHistory"), ...ERRORS, ...NO_SHARE },
      },
    },
    "/api/v1/shares/{hash}/peers": {
      get: {
        operationId: "peers",
        summary: "Peers of a share, with their addresses",
        parameters: [HASH, ...PEER_LIST],
        security: [{ admin: [] }],
        responses: {
          "200": json("A page", "PeersPage"),
          ...ERRORS,
          ...NO_SHARE,
        },
      },
    },
    "/api/v1/shares/{hash}/torrent": {
      get: {
        operationId: "torrent",
        summary: "The .torrent file of a share",
        parameters: [HASH],
        responses: {
          "200": { description: "The file", content: { "application/x-bittorrent": {} } },
          ...ERRORS,
          "404": json("The tracker does not have it", "Error"),
        },
      },
    },
    "/api/v1/events": {
      get: {
        operationId: "events",
        summary: "What changes, as it happens",
        description: STREAM,
        parameters: [query("share", "A hash, to be told of that share, too", HASH.schema)],
        responses: {
          "200": { description: "Events", content: { "text/event-stream": {} } },
          ...ERRORS,
          "503": json("Too many listen already", "Error"),
        },
      },
    },
    "/api/v1/openapi.json": {
      get: {
        operationId: "document",
        summary: "This document",
        responses: {
          "200": { description: "OpenAPI 3.1", content: { "application/json": {} } },
          ...ERRORS,
        },
      },
    },
  },
  components: {
    schemas: API_SCHEMAS,
    securitySchemes: { admin: { type: "http", scheme: "bearer" } },
  },
};
