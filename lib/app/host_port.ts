import { isIP } from "node:net";
import { printable } from "../base/printable.ts";
import { AppError } from "./errors.ts";
import type { HostPort } from "./types.ts";

/**
 * Reads `HOST:PORT`, `HOST`, `[V6]:PORT`, `[V6]` or a bare IPv6 literal.
 *
 * @param text What the person wrote.
 * @param defaultPort The port where the text names none; absent: the text must.
 * @throws {AppError} `invalid_input` when it is none of these, or the port is not 1 to 65535.
 */
export function parseHostPort(text: string, defaultPort?: number): HostPort {
  const bad = (why: string) =>
    new AppError("invalid_input", `"${printable(text)}" is not an address: ${why}.`);
  const match = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text) ?? /^([^:]*)(?::(\d{1,5}))?$/.exec(text);
  const [host, portText] = match ? [match[1]!, match[2]] : isIP(text) === 6 ? [text] : [];
  if (host === undefined) throw bad("write HOST:PORT, or [IPV6]:PORT");
  if (host === "") throw bad("it names no host");
  if (text.startsWith("[") && isIP(host) !== 6) throw bad("brackets are for IPv6 addresses");
  if (!/^[\w.:%-]{1,253}$/.test(host)) throw bad("a host is a name or an IP address");
  const port = portText === undefined ? defaultPort : Number(portText);
  if (port === undefined) throw bad("it names no port; write HOST:PORT");
  if (port < 1 || port > 65535) throw bad("a port is 1 to 65535");
  return { host, port };
}

/** Writes `host:port`, with brackets around an IPv6 host. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
