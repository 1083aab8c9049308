import { textKey } from "./bencode.ts";

/**
 * Orders paths as the file tree of BEP 52 has them: part by part, each as the bytes of its UTF-8. This
 * is the order of the files in piece space.
 *
 * @example
 * ```ts
 * [["b"], ["a b"], ["a", "c"]].sort(compareTreePaths); // a/c, "a b", b
 * ```
 */
export function compareTreePaths(one: readonly string[], other: readonly string[]): number {
  const common = Math.min(one.length, other.length);
  for (let at = 0; at < common; at++) {
    if (one[at] === other[at]) continue;
    const [left, right] = [textKey(one[at]!), textKey(other[at]!)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return one.length - other.length;
}
