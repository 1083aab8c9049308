import { encode } from "npm:uqr@0";

/** A QR code that the camera of a phone reads from a screen: at most version 20, with its quiet edge. */
const MOST_BYTES = 850;
const EDGE = 2;

/**
 * Writes a magnet link as a QR code. A link that is too long for one loses its name, which only tells
 * what to show until the torrent is there.
 *
 * @returns One path of an SVG of `size` units, or undefined when the link is still too long.
 */
export function linkCode(magnet: string): { path: string; size: number } | undefined {
  const link = [magnet, magnet.replace(/&dn=[^&]*/, "")].find((one) => one.length <= MOST_BYTES);
  if (link === undefined) return undefined;
  const { data, size } = encode(link, { ecc: "L", border: EDGE });
  const path = data.flatMap((row, y) =>
    // One stroke for each run of dark modules.
    [...row.map((dark) => dark ? "1" : "0").join("").matchAll(/1+/g)].map((run) =>
      `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`
    )
  ).join("");
  return { path, size };
}
