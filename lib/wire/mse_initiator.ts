import { concatBytes } from "../base/bytes.ts";
import type { Random } from "../base/random.ts";
import { WireError } from "./errors.ts";
import { mseCipher, mseMark, mseName } from "./mse_hashes.ts";
import type { MseInput } from "./mse_input.ts";
import { MSE_KEY_BYTES, MseKeys } from "./mse_keys.ts";
import { mseMethodBits } from "./mse_methods.ts";
import { mseNoise } from "./mse_noise.ts";
import { checkMsePadding, MSE_MAX_PADDING, msePaddingLength } from "./mse_padding.ts";
import type { MseMethod, MseSecured, MseSteps, MseTorrent } from "./mse_types.ts";

/** What the end that dials begins with. */
export interface MseInitiatorOptions {
  readonly torrent: MseTorrent;
  /** The beginning of the stream, at most 65,535 bytes: our BitTorrent handshake. */
  readonly initial: Uint8Array;
  /** Should be hard to guess. */
  readonly random: Random;
}

/** The part of the end that dials, "A" of the specification. */
export function* mseInitiator(input: MseInput, options: MseInitiatorOptions): MseSteps {
  const { torrent, initial, random } = options;
  const { infoHash } = torrent;
  const keys = new MseKeys(random);
  yield concatBytes([keys.publicKey, mseNoise(random, msePaddingLength(random))]);
  const secret = keys.secretWith(yield* input.take(MSE_KEY_BYTES));
  const encrypt = mseCipher("keyA", secret, infoHash);
  const decrypt = mseCipher("keyB", secret, infoHash);
  const request = ciphered(torrent.methods, msePaddingLength(random), initial);
  encrypt(request);
  yield concatBytes([mseMark(secret), mseName(secret, infoHash), request]);
  // Eight zeros are the other end's first bytes behind its padding: as we hear them, they are its mark.
  const mark = new Uint8Array(8);
  decrypt(mark);
  yield* input.takeThrough(mark, MSE_MAX_PADDING);
  const answer = yield* input.take(6);
  decrypt(answer);
  const view = new DataView(answer.buffer, answer.byteOffset);
  const method = chosen(view.getUint32(0), torrent.methods);
  decrypt(yield* input.take(checkMsePadding(view.getUint16(4))));
  const received = input.rest();
  if (method === "rc4") decrypt(received);
  return {
    kind: "secured",
    infoHash,
    method,
    received,
    ...(method === "rc4" ? { encrypt, decrypt } : {}),
  } satisfies MseSecured;
}

/** VC, crypto_provide, len(PadC), PadC, len(IA), IA; reserved as it is, the padding is zeros. */
function ciphered(
  methods: readonly MseMethod[],
  padding: number,
  initial: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + 2 + padding + 2 + initial.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, mseMethodBits(methods));
  view.setUint16(12, padding);
  view.setUint16(14 + padding, initial.length);
  bytes.set(initial, 16 + padding);
  return bytes;
}

/** The method that the other end chose of those that we offered. */
function chosen(bits: number, offered: readonly MseMethod[]): MseMethod {
  const method = offered.find((method) => bits === mseMethodBits([method]));
  if (method !== undefined) return method;
  throw new WireError(
    "bad_encryption",
    `it chose the way of encryption ${bits}, which was not offered`,
  );
}
