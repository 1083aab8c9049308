import { fromHex, toHex } from "../base/bytes.ts";
import type { Random } from "../base/random.ts";
import { WireError } from "./errors.ts";
import { mseNoise } from "./mse_noise.ts";

/** Bytes of a public key, and of the secret that two of them make. */
export const MSE_KEY_BYTES = 96;

/** Bytes of a private key; more add nothing to what 768 bits can withstand. */
const PRIVATE_BYTES = 20;

const PRIME = BigInt(
  "0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
);

const GENERATOR = 2n;

/** One end's keys of the Diffie-Hellman exchange. */
export class MseKeys {
  readonly #exponent: bigint;
  /** 96 bytes, big-endian. */
  readonly publicKey: Uint8Array;

  constructor(random: Random) {
    this.#exponent = toInteger(mseNoise(random, PRIVATE_BYTES));
    this.publicKey = toBytes(power(GENERATOR, this.#exponent));
  }

  /**
   * The secret that both ends come to, 96 bytes.
   *
   * @throws {WireError} `bad_encryption` for a public key that everybody knows the secret of.
   */
  secretWith(theirs: Uint8Array): Uint8Array {
    const key = toInteger(theirs);
    if (key <= 1n || key >= PRIME - 1n) {
      throw new WireError("bad_encryption", "its public key is none that makes a secret");
    }
    return toBytes(power(key, this.#exponent));
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = result * square % PRIME;
    square = square * square % PRIME;
  }
  return result;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(integer: bigint): Uint8Array {
  return fromHex(integer.toString(16).padStart(2 * MSE_KEY_BYTES, "0"))!;
}
