import { DiskError } from "../disk/errors.ts";
import { AppError, type AppErrorCode } from "./errors.ts";

/** The exit code's condition for each way a file can fail. */
const CODES = {
  open: "file_open",
  read: "file_read",
  write: "file_write",
  full: "file_write",
  exists: "file_exists",
  changed: "file_read",
  contradiction: "protocol",
} as const satisfies Record<DiskError["code"], AppErrorCode>;

/** Makes an {@linkcode AppError} of a disk error, with more to say; others pass unchanged. */
export function fromDisk(error: unknown, whatNext = ""): unknown {
  if (!(error instanceof DiskError)) return error;
  const message = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  return new AppError(CODES[error.code], `${message}.${whatNext && " " + whatNext}`, {
    cause: error,
  });
}
