/**
 * Text as one word of a shell's command line, to be copied into a POSIX shell or PowerShell: nothing
 * in it is expanded or run, whoever chose it.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
