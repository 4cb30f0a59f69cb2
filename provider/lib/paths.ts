import * as path from "node:path";

/** Whether a path is the folder `outer` or below it. Both are absolute; links are not followed. */
export function isInside(file: string, outer: string): boolean {
  const relative = path.relative(outer, file);
  // Absolute on another drive of Windows. A name may begin with two dots.
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The path from one folder to a file or folder, with `/` on every system. Empty for the folder itself. */
export function posixRelative(from: string, to: string): string {
  return path.relative(from, to).split(path.sep).join("/");
}
