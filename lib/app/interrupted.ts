import { AppError } from "./errors.ts";

/** The error of a command that a person ended early. */
export function interrupted(whatIsKept: string): AppError {
  return new AppError("interrupted", `Interrupted. ${whatIsKept}`);
}
