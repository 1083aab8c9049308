import { LayerError } from "../base/errors.ts";

/**
 * Exit code of a program for each error code. 1 to 12 are the original Mini-Torrent's own numbers;
 * those from 64 up follow sysexits.h; 130 is 128 + SIGINT, as shells have it.
 */
export const EXIT_CODES = {
  socket_create: 1,
  connect: 2,
  bind: 3,
  listen: 4,
  accept: 5,
  file_open: 6,
  file_read: 7,
  file_write: 8,
  tracker_connect: 9,
  peer_connect: 10,
  invalid_input: 11,
  checksum_mismatch: 12,
  usage: 64,
  not_found: 66,
  internal: 70,
  file_exists: 73,
  protocol: 76,
  interrupted: 130,
} as const;

/** The closed set of codes of an {@linkcode AppError}. */
export type AppErrorCode = keyof typeof EXIT_CODES;

/** What ends a command: its message says what happened, to what, and what to do. */
export class AppError extends LayerError<AppErrorCode> {
  override readonly name = "AppError";
}
