/** Stands in for `jsr:@std/assert@1` where JSR cannot be reached, over `node:assert/strict`. */
import strict from "node:assert/strict";
import { Buffer } from "node:buffer";

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** The error of every assertion that does not hold. */
export const AssertionError = strict.AssertionError;

export function assert(condition: unknown, message = ""): asserts condition {
  if (!condition) fail(message || "the condition does not hold");
}

export function assertFalse(condition: unknown, message = ""): asserts condition is false {
  if (condition) fail(message || "the condition holds");
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (sameBytes(actual, expected)) return; // Deno 2.4 cannot walk through megabytes of them
  strict.deepStrictEqual(actual, expected, message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  strict.notDeepStrictEqual(actual, expected, message);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  strict.strictEqual(actual, expected, message);
}

export function assertExists<T>(actual: T, message = ""): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) fail(message || `there is only ${actual}`);
}

export function assertInstanceOf<E extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expected: E,
  message = "",
): asserts actual is InstanceType<E> {
  if (!(actual instanceof expected)) fail(message || `not a ${expected.name}: ${actual}`);
}

export function assertGreater<T>(actual: T, expected: T, message = ""): void {
  if (!(actual > expected)) fail(message || `${actual} is not greater than ${expected}`);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, message = ""): void {
  if (!(actual >= expected)) fail(message || `${actual} is less than ${expected}`);
}

export function assertLess<T>(actual: T, expected: T, message = ""): void {
  if (!(actual < expected)) fail(message || `${actual} is not less than ${expected}`);
}

export function assertLessOrEqual<T>(actual: T, expected: T, message = ""): void {
  if (!(actual <= expected)) fail(message || `${actual} is greater than ${expected}`);
}

export function assertStringIncludes(actual: string, expected: string, message = ""): void {
  if (!actual.includes(expected)) {
    fail(message || `${JSON.stringify(actual)} does not include ${JSON.stringify(expected)}`);
  }
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  strict.match(actual, expected, message);
}

export function assertNotMatch(actual: string, expected: RegExp, message?: string): void {
  strict.doesNotMatch(actual, expected, message);
}

export function assertThrows(body: () => unknown): unknown;
export function assertThrows<E extends Error = Error>(
  body: () => unknown,
  errorClass: ErrorClass<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows<E extends Error = Error>(
  body: () => unknown,
  errorClass?: ErrorClass<E>,
  includes?: string,
  message?: string,
): unknown {
  try {
    body();
  } catch (error) {
    return checkError(error, errorClass, includes, message);
  }
  fail(message ?? "nothing was thrown");
}

export function assertRejects(body: () => PromiseLike<unknown>): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  body: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  body: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  includes?: string,
  message?: string,
): Promise<unknown> {
  try {
    await body();
  } catch (error) {
    return checkError(error, errorClass, includes, message);
  }
  fail(message ?? "the promise was not rejected");
}

function sameBytes(one: unknown, other: unknown): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array &&
    Object.getPrototypeOf(one) === Object.getPrototypeOf(other) && Buffer.compare(one, other) === 0;
}

export function fail(message = ""): never {
  strict.fail(message || "failed");
}

function checkError<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E> | undefined,
  includes = "",
  message = "",
): E {
  if (!(error instanceof (errorClass ?? Error))) {
    fail(`${message} expected ${errorClass?.name ?? "Error"}, got ${error}`.trim());
  }
  if (!error.message.includes(includes)) {
    fail(`${message} "${error.message}" does not include "${includes}"`.trim());
  }
  return error as E;
}
