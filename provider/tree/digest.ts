import { createHash } from "node:crypto";
import { sortTree } from "./merge.js";
import type { FileTree } from "./tree.js";

/** Raised when equal inputs are packed to different bytes on purpose. Every function is then updated once. */
export const FORMAT_NUMBER = 1;

/**
 * Hex SHA-256 of a tree: the format number and each file's path, mode, size and content. Owners and order do not
 * count.
 */
export function treeDigest(tree: FileTree): string {
  const hash = createHash("sha256").update(`uvlambda tree ${FORMAT_NUMBER} ${tree.length}\n`);
  for (const { path, mode, size, sha256 } of sortTree(tree)) {
    // The path's length comes first, so that no path can be read as the end of one entry and the start of another.
    hash.update(`${mode.toString(8)} ${size} ${sha256} ${Buffer.byteLength(path)} ${path}\n`);
  }
  return hash.digest("hex");
}
