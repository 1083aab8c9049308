import type { MseMethod } from "./mse_types.ts";

/** `crypto_provide` and `crypto_select` of the specification: a bit a method, others mean nothing. */
const BITS = { plaintext: 0x01, rc4: 0x02 } as const;

/** The bits of methods, as they are sent. */
export function mseMethodBits(methods: readonly MseMethod[]): number {
  return methods.reduce((bits, method) => bits | BITS[method], 0);
}

/** Whether a method is among those that were sent. */
export function hasMseMethod(bits: number, method: MseMethod): boolean {
  return (bits & BITS[method]) !== 0;
}
