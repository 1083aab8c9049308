const FOLDER = Deno.env.get("MINI_TORRENT_WEBTORRENT");

/**
 * The command that starts a program of others: the newer one that `tests/interop/install` unpacked, where
 * there is one, whatever the path has before it.
 */
export function tool(name: string): string {
  const path = `${FOLDER}/bin/${name}`;
  try {
    return FOLDER && Deno.statSync(path).isFile ? path : name;
  } catch {
    return name;
  }
}
