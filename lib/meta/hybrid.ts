import { MetaError } from "./errors.ts";
import { type FileList, type ListedFile, shownPath } from "./listed_file.ts";

/**
 * Refuses a hybrid torrent whose two parts tell of different files: all have the same paths, order
 * and lengths, every non-empty one begins where v2 has it begin, and there are as many pieces (BEP 52,
 * "Upgrade Path"). Padding behind the last file is for its maker to choose.
 *
 * @param pieceLength Bytes.
 * @throws {MetaError} `inconsistent`, with the first file that differs.
 */
export function checkHybrid(v1: FileList, v2: FileList, pieceLength: number): void {
  const many = Math.max(v1.files.length, v2.files.length);
  for (let index = 0; index < many; index++) {
    const one = v1.files[index];
    const other = v2.files[index];
    if (one === undefined || other === undefined) {
      const [there, missing] = one ? ["v1", "v2"] : ["v2", "v1"];
      const path = shownPath((one ?? other)!.parts);
      throw inconsistent(`the ${there} part has ${path}, the ${missing} part ends before it`);
    }
    const difference = differenceOf(one, other);
    if (difference) throw inconsistent(difference);
  }
  if (Math.ceil(v1.span / pieceLength) !== Math.ceil(v2.span / pieceLength)) {
    throw inconsistent("the v1 part has padding of more than a piece behind the last file");
  }
}

function differenceOf(v1: ListedFile, v2: ListedFile): string | undefined {
  const path = shownPath(v2.parts);
  if (!samePath(v1.parts, v2.parts)) {
    return `the v1 part has ${shownPath(v1.parts)} where the v2 part has ${path}`;
  }
  if (v1.length !== v2.length) {
    return `${path} has ${v1.length} bytes in the v1 part and ${v2.length} in the v2 part`;
  }
  if (v1.length > 0 && v1.offset !== v2.offset) {
    return `${path} begins at byte ${v1.offset} in the v1 part and at ${v2.offset} in the v2 part`;
  }
  return undefined;
}

function samePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}

function inconsistent(why: string): MetaError {
  return new MetaError("inconsistent", `the torrent is hybrid and contradicts itself: ${why}`);
}
