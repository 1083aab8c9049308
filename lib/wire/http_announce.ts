import { fromHex } from "../base/bytes.ts";
import type { TrackerAnnounce } from "./tracker_announce.ts";

/** What BEP 3 leaves as it is in a query; every other byte becomes `%XX`. */
const PLAIN = /^[0-9A-Za-z._~-]$/;

/**
 * The URL of an announce (BEP 3, "trackers"): the tracker's, with what is told behind its own query.
 *
 * @param trackerId What the tracker's last answer said, to be told again.
 * @returns A URL without a fragment. It is text, since a `URL` would write its query anew.
 */
export function announceUrl(
  tracker: URL,
  announce: TrackerAnnounce,
  trackerId?: Uint8Array,
): string {
  const { origin, pathname, search } = tracker;
  const told = [
    ["info_hash", escaped(fromHex(announce.infoHash)!)],
    ["peer_id", escaped(fromHex(announce.peerId)!)],
    ["port", announce.port],
    ["uploaded", announce.uploaded],
    ["downloaded", announce.downloaded],
    ["left", announce.left],
    ...announce.event === undefined ? [] : [["event", announce.event]],
    ["compact", 1],
    ["numwant", announce.numwant],
    ["key", (announce.key >>> 0).toString(16).padStart(8, "0")],
    ["supportcrypto", 1],
    ...trackerId === undefined ? [] : [["trackerid", escaped(trackerId)]],
  ].map(([name, value]) => `${name}=${value}`).join("&");
  return `${origin}${pathname}${search === "" ? "?" : `${search}&`}${told}`;
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (PLAIN.test(character)) text += character;
    else text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
