/** The version that a program tells as `major.minor` somewhere in its first line; undefined without it. */
export function versionOf(command: string): readonly [major: number, minor: number] | undefined {
  try {
    const { stdout, stderr } = new Deno.Command(command, { args: ["--version"] }).outputSync();
    const decoder = new TextDecoder();
    const match = /(\d+)\.(\d+)/.exec(decoder.decode(stdout) + decoder.decode(stderr));
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  } catch {
    return undefined; // it is not installed
  }
}

/** Why a program of this version cannot read hybrid torrents, if it is older than the first that can. */
export function tooOldForHybrids(
  name: string,
  version: readonly [number, number] | undefined,
  first: readonly [number, number],
): { readonly refusesHybrids?: string } {
  if (!version) return {};
  const [major, minor] = version;
  if (major > first[0] || (major === first[0] && minor >= first[1])) return {};
  return {
    refusesHybrids: `${name} ${version.join(".")} cannot read hybrid torrents, ${name} ${
      first.join(".")
    } can`,
  };
}
