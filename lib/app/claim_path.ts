import { AppError } from "./errors.ts";

const claimed = new Set<string>();

/**
 * Keeps two downloads of this process from writing to the same place.
 *
 * @param path Absolute.
 * @returns Lets others have it when it is disposed of.
 * @throws {AppError} `file_exists` when another has it.
 */
export function claimPath(path: string): Disposable {
  if (claimed.has(path)) {
    throw new AppError(
      "file_exists",
      `Another download writes to "${path}" already. Choose another destination.`,
    );
  }
  claimed.add(path);
  return { [Symbol.dispose]: () => void claimed.delete(path) };
}
