import { concatBytes, equalBytes } from "../base/bytes.ts";
import type { Random } from "../base/random.ts";
import { WireError } from "./errors.ts";
import { mseCipher, mseMark, mseName } from "./mse_hashes.ts";
import type { MseInput } from "./mse_input.ts";
import { MSE_KEY_BYTES, MseKeys } from "./mse_keys.ts";
import { hasMseMethod, mseMethodBits } from "./mse_methods.ts";
import { mseNoise } from "./mse_noise.ts";
import { checkMsePadding, MSE_MAX_PADDING, msePaddingLength } from "./mse_padding.ts";
import type { MseMethod, MseSecured, MseSteps, MseTorrent } from "./mse_types.ts";

/** The most bytes of the stream that may come within the handshake; others send 68 of them. */
export const MSE_MAX_INITIAL = 16 * 1024;

/** What the end that was dialled knows. */
export interface MseResponderOptions {
  /** Every torrent that may be asked for; looked through only once it is asked. */
  readonly torrents: Iterable<MseTorrent>;
  /** Should be hard to guess. */
  readonly random: Random;
}

/** The part of the end that was dialled, "B" of the specification. */
export function* mseResponder(input: MseInput, options: MseResponderOptions): MseSteps {
  const { torrents, random } = options;
  const theirs = yield* input.take(MSE_KEY_BYTES);
  const keys = new MseKeys(random);
  const secret = keys.secretWith(theirs);
  yield concatBytes([keys.publicKey, mseNoise(random, msePaddingLength(random))]);
  yield* input.takeThrough(mseMark(secret), MSE_MAX_PADDING);
  const { infoHash, methods } = named(yield* input.take(20), secret, torrents);
  const encrypt = mseCipher("keyB", secret, infoHash);
  const decrypt = mseCipher("keyA", secret, infoHash);
  const request = yield* input.take(14);
  decrypt(request);
  if (request.subarray(0, 8).some((byte) => byte !== 0)) {
    throw new WireError("bad_encryption", "what it sent cannot be deciphered");
  }
  const view = new DataView(request.buffer, request.byteOffset);
  const method = select(view.getUint32(8), methods);
  decrypt(yield* input.take(checkMsePadding(view.getUint16(12))));
  const length = yield* input.take(2);
  decrypt(length);
  const initial = yield* input.take(checkInitial(length[0]! << 8 | length[1]!));
  decrypt(initial);
  const answer = ciphered(method, msePaddingLength(random));
  encrypt(answer);
  yield answer;
  const rest = input.rest();
  if (method === "rc4") decrypt(rest);
  return {
    kind: "secured",
    infoHash,
    method,
    received: concatBytes([initial, rest]),
    ...(method === "rc4" ? { encrypt, decrypt } : {}),
  } satisfies MseSecured;
}

/** The torrent that it is about. */
function named(name: Uint8Array, secret: Uint8Array, torrents: Iterable<MseTorrent>): MseTorrent {
  for (const torrent of torrents) {
    if (equalBytes(name, mseName(secret, torrent.infoHash))) return torrent;
  }
  throw new WireError("bad_encryption", "it asked for what is not shared here");
}

/** The first of our methods that it offers. */
function select(provided: number, methods: readonly MseMethod[]): MseMethod {
  const method = methods.find((method) => hasMseMethod(provided, method));
  if (method !== undefined) return method;
  throw new WireError(
    "bad_encryption",
    `it offers no way of encryption that is accepted here (${methods.join(", ")})`,
  );
}

function checkInitial(length: number): number {
  if (length <= MSE_MAX_INITIAL) return length;
  throw new WireError(
    "bad_encryption",
    `its handshake carries ${length} bytes; ${MSE_MAX_INITIAL} are the most`,
  );
}

/** VC, crypto_select, len(PadD), PadD; reserved as it is, the padding is zeros. */
function ciphered(method: MseMethod, padding: number): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + 2 + padding);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, mseMethodBits([method]));
  view.setUint16(12, padding);
  return bytes;
}
