/** Bencoding (BEP 3, "bencoding"), the form of torrents and of many messages. */
export {
  type Bencode,
  type BencodeDict,
  fromKey,
  keyText,
  textKey,
  toKey,
  utf8Text,
} from "./bencode_value.ts";
export { type Encodable, encodeBencode, Encoded } from "./bencode_encoder.ts";
export {
  decodeBencode,
  type Decoded,
  type DecodeOptions,
  decodePrefix,
  MAX_DEPTH,
  MAX_METADATA,
  MAX_VALUES,
} from "./bencode_decoder.ts";
