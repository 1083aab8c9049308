import type { MseMethod } from "../wire/mse_types.ts";
import type { Encryption } from "./types.ts";

/** How connections are encrypted, or not. */
export interface EncryptionPolicy {
  /** Ways to dial, tried in this order as long as the other end hangs up; undefined: not encrypted. */
  readonly dials: readonly (readonly MseMethod[] | undefined)[];
  /** What is chosen of what an encrypted connection from outside offers, preferred ones first. */
  readonly accepts: readonly MseMethod[];
  /** Whether connections from outside may be without. */
  readonly plain: boolean;
}

/** The faster way first: who offers both has no need of the other. */
const ACCEPTED: readonly MseMethod[] = ["plaintext", "rc4"];

const OFFERED: readonly MseMethod[] = ["rc4", "plaintext"];

const POLICIES: Readonly<Record<Encryption, EncryptionPolicy>> = {
  // Who does not ask for encryption takes part in what others require.
  off: { dials: [undefined, OFFERED], accepts: ACCEPTED, plain: true },
  prefer: { dials: [OFFERED, undefined], accepts: OFFERED, plain: true },
  require: { dials: [["rc4"]], accepts: ["rc4"], plain: false },
};

/** What is done where a person asked for this. Default: off. */
export function encryptionPolicy(encryption: Encryption = "off"): EncryptionPolicy {
  return POLICIES[encryption];
}
