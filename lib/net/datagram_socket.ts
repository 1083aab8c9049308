/** Where datagrams are taken. */
export interface DatagramPlace {
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  /** Whether an IPv6 socket leaves IPv4 to another. */
  readonly ipv6Only: boolean;
}

/**
 * What one that sends datagrams is answered; undefined: nothing. Both runs of bytes are used before the
 * next one is asked for.
 *
 * @param host The IP address that it claims to come from.
 */
export type AnswerDatagram = (bytes: Uint8Array, host: string) => Uint8Array | undefined;

/** What a {@linkcode DatagramSocket} does. */
export interface DatagramUse {
  readonly answer: AnswerDatagram;
  /** Told of what is wrong with a socket that is open. */
  readonly onError: (error: unknown) => void;
}

/** A socket that answers datagrams until it is closed. */
export interface DatagramSocket {
  close(): Promise<void>;
}

/** How a place is told to a person. */
export function placeText({ address, port }: DatagramPlace): string {
  return `UDP ${address.includes(":") ? `[${address}]` : address}:${port}`;
}
