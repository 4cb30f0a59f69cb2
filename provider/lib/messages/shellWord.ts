/**
 * A word of a command that people copy into a shell, quoted where the shell would change it. A POSIX shell: in single
 * quotes, because `$` and backticks do something between double quotes. cmd.exe knows double quotes only.
 */
export function shellWord(text: string, platform = process.platform): string {
  if (platform === "win32") return /^[\w@+=:,./\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
