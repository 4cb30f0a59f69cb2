import { readlinkSync, realpathSync, statSync } from "node:fs";
import { isInside } from "../lib/paths.js";

/** Where a symbolic link leads. */
export interface LinkTarget {
  /** The text of the link. */
  readonly text: string;
  /** Real path of what it names; "" when there is nothing. */
  readonly real: string;
  readonly isFolder: boolean;
  /** Why the link cannot be followed, as a clause that follows the target. */
  readonly problem?: string;
  /** Whether only its place is wrong: a file or a folder outside of the root. */
  readonly isElsewhere?: boolean;
}

/** Follows a link to its end. The result has a `problem` if the link leads out of `root` (a real path) or nowhere. */
export function resolveLink(link: string, root: string): LinkTarget {
  const text = readlinkSync(link);
  let real: string;
  try {
    real = realpathSync.native(link);
  } catch (error) {
    return { text, real: "", isFolder: false, problem: describe(error as NodeJS.ErrnoException) };
  }
  const stat = statSync(real);
  const isFolder = stat.isDirectory();
  if (!isFolder && !stat.isFile()) return { text, real, isFolder, problem: "which is not a file" };
  if (!isInside(real, root)) return { text, real, isFolder, problem: `which is outside of ${root}`, isElsewhere: true };
  return { text, real, isFolder };
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return "which does not exist";
  if (error.code === "ELOOP") return "which leads back to itself";
  return `which cannot be followed (${error.code})`;
}
