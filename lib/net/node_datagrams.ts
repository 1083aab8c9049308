import { createSocket } from "node:dgram";
import { messageOf } from "../base/errors.ts";
import { normalizeIp } from "../base/ip.ts";
import {
  type DatagramPlace,
  type DatagramSocket,
  type DatagramUse,
  placeText,
} from "./datagram_socket.ts";
import { NetError } from "./errors.ts";

/**
 * Takes datagrams by `node:dgram`.
 *
 * @throws {NetError} `bind` when the port is taken or the address is not this machine's.
 */
export function openNodeDatagrams(
  place: DatagramPlace,
  { answer, onError }: DatagramUse,
): Promise<DatagramSocket> {
  const { address, port, ipv6Only } = place;
  const socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4", ipv6Only });
  let closed: Promise<void> | undefined;
  const close = () => {
    socket.on("error", () => {});
    return closed ??= new Promise<void>((resolve) => {
      try {
        socket.close(() => resolve());
      } catch {
        resolve(); // it never opened
      }
    });
  };
  socket.on("message", (bytes, { address, port }) => {
    const reply = answer(bytes, normalizeIp(address));
    // What is lost on its way is asked for again. It is sent later: a copy is.
    if (reply && port !== 0) socket.send(reply.slice(), port, address, () => {});
  });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      const text = `${placeText(place)}: ${messageOf(error)}`;
      close().then(() => reject(new NetError("bind", text, { cause: error })));
    });
    socket.bind({ port, address }, () => {
      socket.removeAllListeners("error");
      socket.on("error", onError);
      resolve({ close });
    });
  });
}
