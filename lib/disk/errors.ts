import { LayerError, messageOf } from "../base/errors.ts";

/** What can go wrong with a file; `contradiction` is the torrent's fault. */
export type DiskErrorCode =
  | "open"
  | "read"
  | "write"
  | "full"
  | "exists"
  | "changed"
  | "contradiction";

/** A file that could not be opened, read, written or moved; the message names it. */
export class DiskError extends LayerError<DiskErrorCode> {
  override readonly name = "DiskError";
}

/** Turns what the system threw into words for a person: `cannot write "x": no space left …`. */
export function diskError(
  code: DiskErrorCode,
  verb: string,
  path: string,
  error: unknown,
): DiskError {
  if (error instanceof DiskError) return error;
  const system = (error as { code?: unknown } | undefined)?.code;
  const full = system === "ENOSPC" || system === "EDQUOT" ||
    /os error (28|112)\)/.test(messageOf(error));
  const why = full
    ? "the disk is full; make room, or choose another destination"
    : error instanceof Deno.errors.NotFound
    ? "there is no such file or folder"
    : error instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : reasonOf(error);
  return new DiskError(full ? "full" : code, `cannot ${verb} "${path}": ${why}`, { cause: error });
}

/** The system's reason alone, without the code, call and path that Deno or Node put around it. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/ \(os error \d+\).*$|: \w+ '.*$/s, "")
    .replace(/^E[A-Z\d]+: /, "").replace(/\.$/, "");
}
