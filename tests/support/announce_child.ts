import { inRoot } from "../../scripts/packages.ts";
import { temporaryFolder } from "./programs.ts";

/**
 * Announces once in a process of its own.
 *
 * @param authority PEM of one that it trusts beside those of the machine.
 * @returns What it says: `interval N` or `failed CODE`.
 */
export async function announceOnce(url: string, authority?: string): Promise<string> {
  await using folder = await temporaryFolder();
  const flags = ["--no-config", "--no-check", "--quiet", "-A"];
  if (authority !== undefined) {
    const path = `${folder.path}/authority.pem`;
    await Deno.writeTextFile(path, authority);
    flags.push(`--cert=${path}`);
  }
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, inRoot("tests/support/announce_once.ts"), url],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout).trim();
  return said || new TextDecoder().decode(stderr);
}
