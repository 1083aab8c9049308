import { StoreError } from "../tracker/store.ts";

/** Where a Redis or Valkey server is, and who asks. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** Which of its databases. */
  readonly database: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: string;
}

const PORT = 6379;

const FORM = "redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER], or rediss:// for TLS";

/**
 * Reads a URL.
 *
 * @throws {StoreError} `unavailable`; nothing of the URL stands in the message, since it may hold a
 * password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw unreadable("it is no URL");
  }
  const { protocol, hostname, port, pathname, search, hash } = url;
  if (protocol !== "redis:" && protocol !== "rediss:") {
    throw unreadable("the scheme is another one");
  }
  if (hostname === "") throw unreadable("there is no host");
  if (search !== "" || hash !== "") throw unreadable("nothing stands behind the number");
  const number = /^\/?(\d{0,5})$/.exec(pathname)?.[1];
  if (number === undefined) throw unreadable("the database is a number");
  const [user, password] = [decoded(url.username), decoded(url.password)];
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? PORT : Number(port),
    database: Number(number),
    tls: protocol === "rediss:",
    ...user !== "" && { user },
    ...password !== "" && { password },
  };
}

/** The server and the database, without who asks. */
export function placeOf({ host, port, database, tls }: RedisAddress): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "rediss" : "redis"}://${name}:${port}/${database}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable("user and password are percent-encoded");
  }
}

function unreadable(why: string): StoreError {
  return new StoreError("unavailable", `the URL of Redis cannot be used: ${why}; it is ${FORM}`);
}
