import { chmodSync, constants, mkdirSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { treeDigest } from "../../tree/digest.js";
import { scanFolder } from "../../tree/scan.js";
import type { FileTree, TreeEntry } from "../../tree/tree.js";
import { listFolder } from "../files.js";
import type { EarlierFolder, Hashes } from "./earlierFolder.js";
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

/** What need not be copied. */
export interface Unchanged<Entry extends Pick<TreeEntry, "path" | "sha256">> {
  /** Those that files of the source are supposed to have. */
  readonly hashes?: Hashes | undefined;
  /** Its files with the same hashes are linked, and neither copied nor read. */
  readonly earlier?: EarlierFolder<Entry> | undefined;
}

/**
 * Copies a folder of regular files to `to`, which must not exist. Modes follow the content, and everybody may read.
 * Returns the tree of the copy.
 */
export async function copyFolder(
  from: string,
  to: string,
  { hashes, earlier }: Unchanged<TreeEntry> = {},
): Promise<FileTree> {
  const copies = new HashedCopies();
  return mapParallel(makeFolders(from, to), PARALLEL_COPIES, async (file) => {
    const target = path.join(to, file);
    const linked = earlier?.link(file, hashes?.get(file), target);
    return linked ?? { path: file, ...(await copies.copy(path.join(from, file), target)) };
  });
}

/**
 * Copies the regular files and the folders below `from` to `to`, which must not exist. Files keep their modes, and
 * folders get 755.
 */
export async function copyFiles(
  from: string,
  to: string,
  { hashes, earlier }: Unchanged<Pick<TreeEntry, "path" | "sha256">> = {},
): Promise<void> {
  await mapParallel(makeFolders(from, to), PARALLEL_COPIES, async (file) => {
    const target = path.join(to, file);
    if (earlier?.link(file, hashes?.get(file), target) !== undefined) return;
    // With shared blocks if the file system can: with a hard link, an edit of the copy would damage the source.
    await fs.copyFile(path.join(from, file), target, constants.COPYFILE_FICLONE);
  });
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

async function haveModes(root: string, tree: FileTree, folders: readonly string[]): Promise<boolean> {
  // Windows keeps no modes. docker-build uses what Windows reports, which is always the same.
  if (process.platform === "win32") return true;
  const wanted = [...tree, ...folders.map((folder) => ({ path: folder, mode: folderMode }))];
  const found = await mapParallel(wanted, PARALLEL_COPIES, ({ path: file }) => fs.lstat(path.join(root, file)));
  return found.every((status, i) => (status.mode & 0o777) === wanted[i]!.mode);
}
