/** The answer of `lstat`, as numbers or as bigints. */
interface Access {
  readonly uid: number | bigint;
  readonly gid: number | bigint;
  readonly mode: number | bigint;
}

/**
 * Why somebody other than this user could have written a file or folder. Undefined when nobody could. The user's own
 * group does not count as somebody else: systems with umask 002 give each user one.
 */
export function accessProblem({ uid, gid, mode }: Access): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  // Root can write everything anyway.
  if (Number(uid) !== user && Number(uid) !== 0) return `belongs to user ${uid}, but this is user ${user}`;
  const bits = Number(mode) & 0o777;
  const isOwnGroup = user !== 0 && Number(gid) === user;
  if ((bits & 0o002) !== 0) return `can be written by every user (mode ${bits.toString(8)})`;
  if ((bits & 0o020) !== 0 && !isOwnGroup) return `can be written by group ${gid} (mode ${bits.toString(8)})`;
  return undefined;
}
