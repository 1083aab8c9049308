import { AppError } from "../app/errors.ts";

/**
 * Takes bytes to standard output, as fast as its reader takes them.
 *
 * @throws {AppError} `interrupted` when nobody reads them any more.
 */
export async function stdoutSink(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(await Deno.stdout.write(rest));
    } catch (error) {
      throw new AppError("interrupted", "Standard output was closed.", { cause: error });
    }
  }
}
