/** What `lstat` says, as numbers or as bigints. */
interface Access {
  readonly uid: number | bigint;
  readonly gid: number | bigint;
  readonly mode: number | bigint;
}

/**
 * Why somebody else than this user could have written a file or folder; undefined when nobody could. A group is nobody
 * else where it is the user's own, as systems with umask 002 give one to each user.
 */
export function accessProblem({ uid, gid, mode }: Access): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  // Root can write everything anyway.
  if (Number(uid) !== user && Number(uid) !== 0) return `belongs to user ${uid}, and this is user ${user}`;
  const bits = Number(mode) & 0o777;
  const isOwnGroup = user !== 0 && Number(gid) === user;
  if ((bits & 0o002) !== 0) return `can be written by every user (mode ${bits.toString(8)})`;
  if ((bits & 0o020) !== 0 && !isOwnGroup) return `can be written by group ${gid} (mode ${bits.toString(8)})`;
  return undefined;
}
