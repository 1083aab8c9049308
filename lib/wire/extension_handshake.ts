import { DictReader, encodeDict } from "./bencode_dict.ts";
import type { ExtensionHandshake } from "./peer_message.ts";

/** What we keep of a handshake, however much of it there is. */
const MAX_EXTENSIONS = 64;
const MAX_EXTENSION_NAME = 64;
const MAX_CLIENT_NAME = 128;

/** The most that "reqq" counts for: more than anybody lets wait. */
const MAX_QUEUE = 65_535;

type HandshakeMessage = { readonly kind: "extension_handshake" } & ExtensionHandshake;

/**
 * Reads an extension handshake (BEP 10; BEP 9 and 21 for what they add). An entry of another type or
 * out of range counts as not told; names that we do not know are passed over.
 *
 * @throws {WireError} `bad_message` when it is no dictionary.
 */
export function decodeExtensionHandshake(content: Uint8Array): HandshakeMessage {
  const dict = DictReader.of(content, "an extension handshake");
  const client = dict.bytes("v");
  const port = dict.integer("p", 1, 65_535);
  const queue = dict.integer("reqq", 1);
  const metadataSize = dict.integer("metadata_size", 1);
  const uploadOnly = dict.integer("upload_only", 0);
  const yourIp = dict.bytes("yourip");
  return {
    kind: "extension_handshake",
    extensions: extensionIds(dict),
    ...client && { client: new TextDecoder().decode(client).slice(0, MAX_CLIENT_NAME) },
    ...port !== undefined && { port },
    ...queue !== undefined && { queue: Math.min(queue, MAX_QUEUE) },
    ...metadataSize !== undefined && { metadataSize },
    ...uploadOnly !== undefined && { uploadOnly: uploadOnly !== 0 },
    ...(yourIp?.length === 4 || yourIp?.length === 16) && { yourIp },
  };
}

/** The handshake as a bencoded dictionary. */
export function encodeExtensionHandshake(handshake: ExtensionHandshake): Uint8Array {
  const { client, port, queue, metadataSize, uploadOnly, yourIp } = handshake;
  return encodeDict({
    m: handshake.extensions,
    metadata_size: metadataSize,
    p: port,
    reqq: queue,
    upload_only: uploadOnly === undefined ? undefined : Number(uploadOnly),
    v: client === undefined ? undefined : new TextEncoder().encode(client),
    yourip: yourIp,
  });
}

function extensionIds(dict: DictReader): Map<string, number> {
  const ids = new Map<string, number>();
  const names = dict.dict("m");
  for (const name of names?.keys() ?? []) {
    if (ids.size === MAX_EXTENSIONS) break;
    const id = names!.integer(name, 0, 255);
    if (id !== undefined && name.length <= MAX_EXTENSION_NAME) ids.set(name, id);
  }
  return ids;
}
