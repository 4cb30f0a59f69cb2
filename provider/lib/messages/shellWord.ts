/**
 * A word of a command that people copy into a shell, in single quotes where a POSIX shell would change it: between
 * double quotes, `$` and backticks would still do something.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
