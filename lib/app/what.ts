import { messageOf } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { MetaError } from "../meta/errors.ts";
import { isMagnet, type Magnet, parseMagnet } from "../meta/magnet.ts";
import { AppError } from "./errors.ts";

/** What a person named: a link or an info-hash, a torrent by URL or path, or content of their own. */
export type What =
  | { readonly kind: "link"; readonly magnet: Magnet }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "torrent"; readonly path: string }
  | { readonly kind: "content"; readonly path: string; readonly isFolder: boolean };

/**
 * Tells what a text names. A file or folder that is there comes before an info-hash that looks the
 * same; a path that ends in `.torrent` is taken as one even if there is nothing.
 *
 * @throws {AppError} `invalid_input` for a magnet link that is none, `file_open` when it is nothing.
 */
export async function whatIs(text: string): Promise<What> {
  if (isMagnet(text)) return { kind: "link", magnet: linkOf(text)! };
  if (/^https?:\/\//i.test(text)) return { kind: "url", url: text };
  const there = await Deno.stat(text).catch(() => undefined);
  const isTorrent = /\.torrent$/i.test(text);
  if (there && !(isTorrent && there.isFile)) {
    return { kind: "content", path: text, isFolder: there.isDirectory };
  }
  if (isTorrent) return { kind: "torrent", path: text };
  const magnet = linkOf(text);
  if (magnet) return { kind: "link", magnet };
  throw new AppError(
    "file_open",
    `There is no file or folder "${printable(text, 300)}", and it is no URL, magnet link or ` +
      "info-hash either. Check how it is written.",
  );
}

/**
 * Reads a magnet link or an info-hash.
 *
 * @returns Undefined when it is neither.
 * @throws {AppError} `invalid_input` for a magnet link that is none.
 */
export function linkOf(text: string): Magnet | undefined {
  if (isMagnet(text)) return readMagnet(text);
  const topic = topicOf(text);
  return topic === undefined ? undefined : readMagnet(`magnet:?xt=urn:${topic}`);
}

/** The topic of a magnet link for an info-hash alone: 64 or 40 hex digits, or 32 of base32. */
function topicOf(text: string): string | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return `btmh:1220${text}`;
  return /^(?:[0-9a-f]{40}|[a-z2-7]{32})$/i.test(text) ? `btih:${text}` : undefined;
}

function readMagnet(link: string): Magnet {
  try {
    return parseMagnet(link);
  } catch (error) {
    if (!(error instanceof MetaError)) throw error;
    const message = messageOf(error);
    throw new AppError(
      "invalid_input",
      `The link cannot be used: ${message}. Copy it whole, and put it in quotes.`,
      { cause: error },
    );
  }
}
