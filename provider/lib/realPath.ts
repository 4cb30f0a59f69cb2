import { realpathSync } from "node:fs";

/** The absolute path with its links resolved by the system. Throws the system's error where it leads to nothing. */
export function realPath(file: string): string {
  return realpathSync.native(file);
}

/** Like `realPath`, but `file` as it is where it leads to nothing. */
export function realPathOr(file: string): string {
  try {
    return realPath(file);
  } catch {
    return file;
  }
}
