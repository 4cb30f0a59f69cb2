import * as fs from "node:fs/promises";
import * as path from "node:path";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries forever where a folder exists and
 * the system answers ENOENT for what shall be made in it: below /proc, and below other folders whose content is not the
 * user's.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  try {
    await makeOne(folder, mode);
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === folder) throw error;
    // Once more even if it exists: another process may have made it meanwhile.
    if (!(await exists(parent))) await makeFolder(parent, mode);
    await makeOne(folder, mode);
  }
}

async function makeOne(folder: string, mode: number | undefined): Promise<void> {
  try {
    await fs.mkdir(folder, { mode });
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(file: string): Promise<boolean> {
  return fs.stat(file).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function exists(file: string): Promise<boolean> {
  return fs.lstat(file).then(
    () => true,
    () => false,
  );
}
