import { lstatSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../lib/makeFolder.js";
import { UvLambdaError } from "../lib/errors.js";
import { bootId } from "./verify/bootId.js";

/** Options for a removal that succeeds while a killed child still writes its last files. */
const patiently = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Runs `action`, which writes `file`. If the file's folder is missing, makes it for this user only and tries again. */
export async function creatingParent<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(path.dirname(file), 0o700);
    return action();
  }
}

/**
 * Writes a file for this user only, and replaces one of that name: nobody sees half of it. `temporary` is a path on the
 * same disk that nobody else uses; nothing is left there. The bytes need not survive a power failure.
 */
export async function writeWhole(file: string, text: string, temporary: string): Promise<void> {
  try {
    await creatingParent(temporary, async () => writeFileSync(temporary, text, { flag: "wx", mode: 0o600 }));
    await creatingParent(file, async () => renameSync(temporary, file));
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Gives a file a date, if that is possible. `at`: milliseconds since 1970. */
export function setDate(file: string, at: number): void {
  try {
    utimesSync(file, at / 1000, at / 1000);
  } catch {
    // Only the order in which things are removed depends on it.
  }
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await fs.readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** The regular files and the folders below a folder, relative and with `/`. The folder itself ("") comes first. */
export function listFolder(root: string): { readonly files: string[]; readonly folders: string[] } {
  const files: string[] = [];
  const folders = [""];
  for (const folder of folders) {
    // Synchronous: a trip to another thread takes longer than reading a folder.
    for (const item of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === "" ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory()) folders.push(name);
      else if (item.isFile()) files.push(name);
      else throw new UvLambdaError("BAD_FILE", `${path.join(root, name)} is neither a file nor a folder.`);
    }
  }
  return { files: files.sort(), folders };
}

/** How much the files of a folder take. */
export interface FolderSizes {
  /** Bytes of files with one name. */
  readonly own: number;
  /** Bytes of each file that has names elsewhere too, by what is the same for all of its names. */
  readonly shared: ReadonlyMap<string, number>;
}

/** Files that vanish while it reads do not count. */
export async function folderSizes(folder: string): Promise<FolderSizes> {
  let own = 0;
  const shared = new Map<string, number>();
  try {
    for (const name of await fs.readdir(folder, { recursive: true })) {
      const status = lstatSync(path.join(folder, name), { throwIfNoEntry: false });
      if (status?.isFile() !== true) continue;
      if (status.nlink > 1) shared.set(`${status.dev} ${status.ino}`, status.size);
      else own += status.size;
    }
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error;
  }
  return { own, shared };
}

/** Bytes of all files below a folder, each once. */
export async function folderSize(folder: string): Promise<number> {
  const { own, shared } = await folderSizes(folder);
  return [...shared.values()].reduce((sum, size) => sum + size, own);
}

/**
 * Whether to wait for the disk. Not where the system tells when it started: what was verified before is not trusted, so
 * that what a power failure took is noticed and made again.
 */
export function waitsForDisk(): boolean {
  // Windows syncs only what is open for writing, and no folders.
  return process.platform !== "win32" && bootId() === undefined;
}

/** Makes sure that a file's bytes, or a folder's names, survive a power failure. See `waitsForDisk`. */
export async function sync(fileOrFolder: string): Promise<void> {
  if (!waitsForDisk()) return;
  const handle = await fs.open(fileOrFolder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes a folder with everything in it. */
export async function removeFolder(folder: string): Promise<void> {
  await fs.rm(folder, patiently);
}

/** If a killed child still writes, a later run removes the folder. */
export async function discard(folder: string): Promise<void> {
  await removeFolder(folder).catch(() => undefined);
}
