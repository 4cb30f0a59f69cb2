import type { FileTree } from "../tree/tree.js";

/**
 * A tree and its compressed files: a zip made by `archiveWriter.ts`. Packs are the unit of storage; formats are
 * joined from them without compressing anything again.
 */
export interface Pack {
  readonly tree: FileTree;
  /** Absolute path of the zip. */
  readonly archive: string;
}
