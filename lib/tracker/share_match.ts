import { HashPrefix } from "./hash_prefix.ts";
import type { Share } from "./share.ts";

/** Tells shares whose name, in any case, contains a text or one of whose hashes begins so; empty: all. */
export function shareMatch(text: string): (share: Share) => boolean {
  if (text === "") return () => true;
  const wanted = text.toLowerCase();
  const prefix = HashPrefix.of(wanted);
  return (share) =>
    share.name?.toLowerCase().includes(wanted) || (prefix !== undefined && share.begins(prefix));
}
