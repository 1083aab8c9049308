/** A host as requests name it (RFC 9110, section 7.2): a name, an IPv4 address, or an IPv6 one in brackets. */
const HOST = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/;

/** The ports of a tracker, and whether its HTTP is encrypted. */
export interface OwnPorts {
  readonly http: number;
  /** The port of the line protocol, if it is known. */
  readonly line?: number;
  readonly secure: boolean;
  /** The asker's own key, where one is needed. */
  readonly key?: string;
}

/**
 * The URLs of this tracker, as one reaches it who named it so. Who reaches it by another port came
 * through a proxy, behind which only HTTP is known to be found.
 *
 * @param host The `Host` of a request; nothing of it is believed.
 * @param forwarded Its `X-Forwarded-Proto`, by which a proxy tells how it was asked itself. Like the
 * host it changes only what the asker is told.
 * @returns None where the host is none.
 */
export function ownUrls(
  host: string | undefined,
  ports: OwnPorts,
  forwarded?: string,
): string[] {
  const { http, line, secure, key } = ports;
  const [, name, port] = HOST.exec(host ?? "") ?? [];
  if (name === undefined || Number(port ?? 0) > 65_535) return [];
  const path = key === undefined ? "/announce" : `/${encodeURIComponent(key)}/announce`;
  const scheme = forwardedScheme(forwarded) ?? (secure ? "https" : "http");
  const announce = `${scheme}://${host}${path}`;
  if (Number(port) !== http) return [announce];
  return [
    ...line === undefined ? [] : [`tcp://${name}:${line}`],
    announce,
    `udp://${host}${path}`,
  ];
}

/** The scheme that the client used; of a list it is the first. */
function forwardedScheme(told = ""): "http" | "https" | undefined {
  const [first = ""] = told.slice(0, 64).toLowerCase().split(",");
  const scheme = first.trim();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}
