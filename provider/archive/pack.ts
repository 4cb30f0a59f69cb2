import type { TreeEntry } from "../tree/tree.js";
import type { Method } from "./zipRecords.js";

/** How the files of a pack lie on the disk: deflated where that gains something, for archives; as they are, for images. */
export type PackForm = "deflated" | "stored";

/** A file of a tree with the place where its bytes stand, as they go into an archive. */
export interface PackedFile extends TreeEntry {
  readonly method: Method;
  readonly crc: number;
  readonly compressedSize: number;
  /** Absolute path of the file that holds the bytes, and where they start in it. */
  readonly data: string;
  readonly offset: number;
}

/**
 * A tree with its compressed files. Packs are the unit of storage; formats are joined from them without compressing
 * anything again. Every file knows where it is, so packs are put together by putting their lists together.
 */
export interface Pack {
  /** Sorted by path where it is one tree; each path once. */
  readonly tree: readonly PackedFile[];
}
