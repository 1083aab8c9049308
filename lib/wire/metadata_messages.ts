import { concatBytes } from "../base/bytes.ts";
import { DictReader, encodeDict } from "./bencode_dict.ts";
import { WireError } from "./errors.ts";
import type { PeerMessage } from "./peer_message.ts";

/** Bytes of every part of the info dictionary but the last (BEP 9). */
export const METADATA_PART = 16 * 1024;

const TYPES = ["metadata_request", "metadata_data", "metadata_reject"] as const;

type MetadataMessage = Extract<PeerMessage, { readonly kind: (typeof TYPES)[number] }>;

/**
 * Reads a message of ut_metadata (BEP 9): a dictionary, behind it the data if it is data.
 *
 * @returns `data` is a view of `content`; undefined for a type of message that does not exist yet.
 * @throws {WireError} `bad_message` when it is no dictionary, names no part, or its data is not as
 * long as that part.
 */
export function decodeMetadataMessage(content: Uint8Array): MetadataMessage | undefined {
  const dict = DictReader.before(content, "a metadata message");
  const type = dict.required("msg_type", 0);
  const kind = TYPES[type];
  if (kind === undefined) return undefined;
  const piece = dict.required("piece", 0);
  if (kind !== "metadata_data") {
    if (dict.rest.length > 0) throw wrongData(piece, dict.rest.length, 0);
    return { kind, piece };
  }
  const totalSize = dict.required("total_size", 1);
  const expected = Math.min(METADATA_PART, totalSize - piece * METADATA_PART);
  if (dict.rest.length !== expected) throw wrongData(piece, dict.rest.length, expected);
  return { kind, piece, totalSize, data: dict.rest };
}

/** The dictionary, and behind it the data if it is data. */
export function encodeMetadataMessage(message: MetadataMessage): Uint8Array {
  const { kind, piece } = message;
  const data = kind === "metadata_data" ? message.data : new Uint8Array(0);
  const total_size = kind === "metadata_data" ? message.totalSize : undefined;
  return concatBytes([encodeDict({ msg_type: TYPES.indexOf(kind), piece, total_size }), data]);
}

function wrongData(piece: number, length: number, expected: number): WireError {
  return new WireError(
    "bad_message",
    `it sent a metadata message for part ${piece} with ${length} bytes of data; ` +
      (expected < 0 ? "there is no such part" : `${expected} would be right`),
  );
}
