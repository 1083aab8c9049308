import { SHARE_SERIES, TRACKER_SERIES } from "./api_types.ts";

/** A JSON Schema (2020-12) as OpenAPI 3.1 uses it; what is needed of it here. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly default?: string | number;
}

const count = (description: string): Schema => ({ type: "integer", minimum: 0, description });
const text = (description: string): Schema => ({ type: "string", description });
const flag = (description: string): Schema => ({ type: "boolean", description });
const list = (items: Schema, description: string): Schema => ({
  type: "array",
  items,
  description,
});
const rate = (description: string): Schema => ({ type: "number", minimum: 0, description });

/** A number of seconds, or null where there was nothing to measure. */
const seconds = (description: string): Schema => ({
  type: ["number", "null"],
  minimum: 0,
  description,
});

function hex(digits: number, description: string): Schema {
  return { type: "string", pattern: `^[0-9a-f]{${digits}}$`, description };
}

/** An object of fields that are all there, but for those whose names end in `?`, and no others. */
function object(fields: Readonly<Record<string, Schema>>): Schema {
  const names = Object.keys(fields);
  return {
    type: "object",
    properties: Object.fromEntries(
      names.map((name) => [name.replace(/\?$/, ""), fields[name]!]),
    ),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

/** Refers to one of {@linkcode API_SCHEMAS}. */
export function schemaRef(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

const SHARE_FIELDS = {
  id: text("The hash that the share's own paths are built with: v2, else v1, else `hash`"),
  "name?": text("As a peer told it; any text: it may hold markup or bidirectional characters"),
  "size?": count("Bytes, as a peer told them"),
  "v1?": hex(40, "v1 info-hash"),
  "v2?": hex(64, "v2 info-hash"),
  "hash?": hex(40, "What clients told, while it is not known whether it is v1 or v2 cut short"),
  seeders: count("Peers that have everything"),
  leechers: count("Peers that miss something"),
  completed: count("Peers that became seeds"),
  age: count("Seconds since the first announce"),
  health: {
    type: "string",
    enum: ["good", "fair", "poor", "idle"],
    description: "Two seeders and more; one; none, but leechers; nobody",
  },
} satisfies Record<string, Schema>;

const STATS_FIELDS = {
  shares: count("Shares that somebody announces"),
  seeders: count("Their peers that have everything"),
  leechers: count("Their other peers"),
  classic_names: count("Names of the original protocol"),
  classic_peers: count("Registrations of the original protocol"),
  announces: object({ line: count("TCP"), http: count("HTTP"), udp: count("UDP") }),
  refused: count("Requests that were refused since the start"),
  connections: count("TCP connections that are open"),
  interval: count("Seconds between the announces of a peer"),
  uptime: count("Seconds since the start"),
  rates: object({
    line: rate("Announces a second over the last 10 seconds"),
    http: rate("The same over HTTP"),
    udp: rate("The same over UDP"),
    errors: rate("Requests a second that were refused"),
  }),
  latency: object({
    mean: seconds("Of announces over the last minute"),
    p99: seconds("99 of 100 took less, nearly"),
  }),
  memory: count("Bytes of the process"),
  listeners: count("Who listens to events"),
  problems: list({ type: "string" }, "What does not work as it should, for people"),
} satisfies Record<string, Schema>;

function history(names: readonly string[]): Schema {
  const numbers = list({ type: ["number", "null"] }, "The oldest first; null: not known");
  return object({
    step: count("Seconds from one to the next"),
    end: count("When the last ones end, seconds since 1970"),
    values: object(Object.fromEntries(names.map((name) => [name, numbers]))),
  });
}

/** What the JSON interface answers. */
export const API_SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object({ error: object({ code: text("For programs"), message: text("For people") }) }),
  Stats: object(STATS_FIELDS),
  Share: object(SHARE_FIELDS),
  SharesPage: object({
    shares: { ...list(schemaRef("Share"), "In the order that was asked for"), maxItems: 100 },
    total: count("Shares that somebody announces, whatever was asked for"),
    "next?": count("`after` of the next page, where there may be more"),
  }),
  ShareDetails: object({
    ...SHARE_FIELDS,
    magnet: text("A link for any client"),
    trackers: list({ type: "string" }, "This tracker's URLs"),
    clients: list(
      object({
        code: text("Letters of the client in peer ids (BEP 20); empty: all others"),
        "name?": text("What the client is called"),
        count: count("Peers"),
      }),
      "Peers by kind of client, the most first; at most 20, and all others",
    ),
    families: object({ ipv4: count("Peers with IPv4"), ipv6: count("Peers with IPv6") }),
    reach: object({
      public: count("Peers whose address is one of the internet"),
      private: count("Peers whose address is one of a network of its own, link-local ones too"),
      loopback: count("Peers on the tracker's machine"),
    }),
    classic: count("Seeds that serve downloaders of the original protocol"),
    torrent: flag("Whether the tracker has its .torrent file"),
  }),
  Peer: object({
    host: text("IPv4 or IPv6 address"),
    port: { type: "integer", minimum: 1, maximum: 65_535 },
    peer_id: hex(40, "Its id in BitTorrent handshakes"),
    "client?": text("Name of its client, or the letters of it where the name is not known"),
    seed: flag("Whether it has everything"),
    classic: flag("Whether it serves downloaders of the original protocol"),
    age: count("Seconds since it announced last"),
  }),
  PeersPage: object({
    peers: list(schemaRef("Peer"), "In no order"),
    "next?": count("`after` of the next page, where there are more"),
  }),
  TrackerHistory: history(TRACKER_SERIES),
  ShareHistory: history(SHARE_SERIES),
};
