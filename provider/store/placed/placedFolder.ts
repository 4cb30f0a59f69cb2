import { chmodSync, constants, mkdirSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { treeDigest } from "../../tree/digest.js";
import { scanFolder } from "../../tree/scan.js";
import type { FileTree, TreeEntry } from "../../tree/tree.js";
import { listFolder } from "../files.js";
import { HashedCopies } from "./hashedCopies.js";
import { isDamage } from "../verify/verifiedFiles.js";

const PARALLEL_COPIES = 8;
const folderMode = 0o755;

/**
 * Whether `folder` holds exactly the tree with that digest, as regular files and folders with the modes of the tree.
 */
export async function isWhole(folder: string, digest: string): Promise<boolean> {
  try {
    if (!(await fs.lstat(folder)).isDirectory()) return false;
    // Throws for what is neither a file nor a folder: a builder would copy a link as a link.
    const { folders } = listFolder(folder);
    const tree = await scanFolder(folder);
    return treeDigest(tree) === digest && (await haveModes(folder, tree, folders));
  } catch (error) {
    if (isDamage(error) || (error as { code?: unknown }).code === "BAD_FILE") return false;
    throw error;
  }
}

/** A folder with the same files, of which some may be the same. */
export interface EarlierFolder {
  /** Gives the file with this path and hash a second name. Undefined when there is none, or when it cannot. */
  link(file: string, sha256: string, target: string): TreeEntry | undefined;
}

/**
 * Copies a folder of regular files to `to`, which must not exist. Modes follow the content, and everybody may read.
 * Returns the tree of the copy. What `earlier` has is linked, and neither copied nor read. `hashes` are those that files
 * of `from` are supposed to have, by path.
 */
export async function copyFolder(
  from: string,
  to: string,
  { hashes, earlier }: { readonly hashes?: Hashes; readonly earlier?: EarlierFolder } = {},
): Promise<FileTree> {
  const copies = new HashedCopies();
  return mapParallel(makeFolders(from, to), PARALLEL_COPIES, async (file) => {
    const target = path.join(to, file);
    const sha256 = hashes?.get(file);
    const linked = sha256 === undefined ? undefined : earlier?.link(file, sha256, target);
    if (linked !== undefined) return linked;
    return { path: file, ...(await copies.copy(path.join(from, file), target)) };
  });
}

/** SHA-256 in hex, by path. */
export type Hashes = ReadonlyMap<string, string>;

/**
 * Copies the regular files and the folders below `from` to `to`, which must not exist. Files keep their modes, and
 * folders get 755.
 */
export async function copyFiles(from: string, to: string): Promise<void> {
  const files = makeFolders(from, to);
  await mapParallel(files, PARALLEL_COPIES, (file) => copyFile(path.join(from, file), path.join(to, file)));
}

/** Makes the folders of `from` in `to`. Returns the files of `from`. */
function makeFolders(from: string, to: string): readonly string[] {
  const { files, folders } = listFolder(from);
  for (const folder of folders) {
    mkdirSync(path.join(to, folder));
    chmodSync(path.join(to, folder), folderMode);
  }
  return files;
}

/** A copy, with shared blocks if the file system can: with a hard link, an edit of the copy would damage the source. */
function copyFile(from: string, to: string): Promise<void> {
  return fs.copyFile(from, to, constants.COPYFILE_FICLONE);
}

async function haveModes(root: string, tree: FileTree, folders: readonly string[]): Promise<boolean> {
  // Windows keeps no modes. docker-build uses what Windows reports, which is always the same.
  if (process.platform === "win32") return true;
  const wanted = [...tree, ...folders.map((folder) => ({ path: folder, mode: folderMode }))];
  const found = await mapParallel(wanted, PARALLEL_COPIES, ({ path: file }) => fs.lstat(path.join(root, file)));
  return found.every((status, i) => (status.mode & 0o777) === wanted[i]!.mode);
}
