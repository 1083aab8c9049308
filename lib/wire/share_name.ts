/** The most bytes of a name in UTF-8: what file systems take. */
export const MAX_NAME_BYTES = 255;

const encoder = new TextEncoder();

/**
 * Tells what is wrong with the name of a share.
 *
 * @returns The reason, to follow the words "the name", or undefined when it is fine.
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  // A character takes three bytes at most, one with its surrogate four.
  const isLong = 3 * name.length > MAX_NAME_BYTES;
  if (isLong && encoder.encode(name).length > MAX_NAME_BYTES) {
    return `is over ${MAX_NAME_BYTES} bytes`;
  }
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return "has control characters";
  if (/[/\\]/.test(name)) return "has a path separator";
  if (name === "." || name === "..") return "is a folder, not a file";
  return undefined;
}
