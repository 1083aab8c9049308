import { concatBytes } from "../base/bytes.ts";
import { WireError } from "./errors.ts";
import { decodeExtensionHandshake, encodeExtensionHandshake } from "./extension_handshake.ts";
import { decodeMetadataMessage, encodeMetadataMessage } from "./metadata_messages.ts";
import type { ExtensionHandshake, PeerMessage } from "./peer_message.ts";
import { EXTENDED_ID } from "./peer_message_ids.ts";
import { decodePex, encodePex } from "./pex.ts";

/** The id of the extension handshake, the same for everyone (BEP 10). */
const HANDSHAKE_ID = 0;

/**
 * The extensions that we know, and the ids that others are to use in what they send us: metadata
 * (BEP 9), peer exchange (BEP 11), upload-only (BEP 21, as a message) and "don't have" (BEP 54).
 */
const OUR_IDS = { ut_pex: 1, ut_metadata: 2, upload_only: 3, lt_donthave: 4 } as const;

type ExtensionName = keyof typeof OUR_IDS;

/** {@linkcode OUR_IDS} for our extension handshake. */
export const OUR_EXTENSIONS: ReadonlyMap<string, number> = new Map(Object.entries(OUR_IDS));

const OUR_NAMES: ReadonlyMap<number, ExtensionName> = new Map(
  Object.entries(OUR_IDS).map(([name, id]) => [id, name as ExtensionName]),
);

type ExtendedMessage = Extract<
  PeerMessage,
  {
    readonly kind:
      | "extension_handshake"
      | "metadata_request"
      | "metadata_data"
      | "metadata_reject"
      | "pex"
      | "dont_have"
      | "upload_only";
  }
>;

/**
 * What the other end's extension ids are after a handshake: what it names is added to what is known
 * already, 0 takes away (BEP 10, "m").
 */
export function learnExtensions(
  known: ReadonlyMap<string, number>,
  handshake: ExtensionHandshake,
): ReadonlyMap<string, number> {
  const ids = new Map(known);
  for (const [name, id] of handshake.extensions) {
    if (!OUR_EXTENSIONS.has(name)) continue;
    if (id === 0) ids.delete(name);
    else ids.set(name, id);
  }
  return ids;
}

/**
 * Reads the body of message 20, which begins with the extension's id out of our own table.
 *
 * @returns `ignored` for an id that we never gave, or a kind of message that we do not know.
 * @throws {WireError} `bad_message` when its content breaks the rules of its BEP.
 */
export function decodeExtended(body: Uint8Array): PeerMessage {
  const id = body[0]!;
  const content = body.subarray(1);
  if (id === HANDSHAKE_ID) return decodeExtensionHandshake(content);
  const name = OUR_NAMES.get(id);
  switch (name) {
    case "ut_metadata":
      return decodeMetadataMessage(content) ?? { kind: "ignored", id: EXTENDED_ID };
    case "ut_pex":
      return decodePex(content);
    case "lt_donthave":
      expectLength(name, content, 4);
      return {
        kind: "dont_have",
        piece: new DataView(content.buffer, content.byteOffset).getUint32(0),
      };
    case "upload_only":
      expectLength(name, content, 1);
      return { kind: "upload_only", value: content[0] !== 0 };
    case undefined:
      return { kind: "ignored", id: EXTENDED_ID };
    default:
      return name satisfies never;
  }
}

/**
 * The body of message 20, beginning with the extension's id out of the other end's table.
 *
 * @returns Undefined when the other end does not know the extension.
 */
export function encodeExtended(
  message: ExtendedMessage,
  remoteIds: ReadonlyMap<string, number>,
): Uint8Array | undefined {
  const name = extensionOf(message);
  const id = name === undefined ? HANDSHAKE_ID : remoteIds.get(name);
  return id === undefined ? undefined : concatBytes([Uint8Array.of(id), encodeContent(message)]);
}

function encodeContent(message: ExtendedMessage): Uint8Array {
  switch (message.kind) {
    case "extension_handshake":
      return encodeExtensionHandshake(message);
    case "metadata_request":
    case "metadata_data":
    case "metadata_reject":
      return encodeMetadataMessage(message);
    case "pex":
      return encodePex(message);
    case "dont_have": {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, message.piece);
      return bytes;
    }
    case "upload_only":
      return Uint8Array.of(message.value ? 1 : 0);
    default:
      return message satisfies never;
  }
}

function extensionOf(message: ExtendedMessage): ExtensionName | undefined {
  switch (message.kind) {
    case "extension_handshake":
      return undefined;
    case "metadata_request":
    case "metadata_data":
    case "metadata_reject":
      return "ut_metadata";
    case "pex":
      return "ut_pex";
    case "dont_have":
      return "lt_donthave";
    case "upload_only":
      return "upload_only";
    default:
      return message satisfies never;
  }
}

function expectLength(name: ExtensionName, content: Uint8Array, length: number): void {
  if (content.length === length) return;
  throw new WireError(
    "bad_message",
    `it sent ${name} (message ${EXTENDED_ID}) with ${content.length} bytes instead of ${length}`,
  );
}
