import { MAX_NAME_BYTES } from "../wire/share_name.ts";

/** A torrent's name, which may be anything, as a tracker takes the name of a share. */
export function announcedName(name: string): string {
  // deno-lint-ignore no-control-regex -- controls are what is looked for
  const plain = name.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f/\\]/g, "_");
  const bytes = new TextEncoder().encode(plain);
  // What was cut in two at the end is left out.
  const fitting = new TextDecoder().decode(bytes.subarray(0, MAX_NAME_BYTES), { stream: true });
  return ["", ".", ".."].includes(fitting) ? "_" : fitting;
}
