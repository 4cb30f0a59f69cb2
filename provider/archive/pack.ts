import type { TreeEntry } from "../tree/tree.js";
import type { Method } from "./zipRecords.js";

/** How a pack holds its files: deflated where that saves space, for archives; each by itself, as it is, for images. */
export type PackForm = "deflated" | "stored";

/** A file of a tree, with the place of its bytes in the form in which they go into an archive. */
export interface PackedFile extends TreeEntry {
  readonly method: Method;
  readonly crc: number;
  readonly compressedSize: number;
  /** Absolute path of the file with the bytes, and where they start in it. */
  readonly data: string;
  readonly offset: number;
  /** The data file holds nothing but this file as it is, with its mode: a link to it is an unpacked file. */
  readonly isWhole?: true;
}

/**
 * A tree with its compressed files. Packs are the unit of storage: formats are joined from them without compressing
 * anything again. Every file knows its place, so joining the lists joins the packs.
 */
export interface Pack {
  /** Sorted by path if it is one tree. Each path occurs once. */
  readonly tree: readonly PackedFile[];
}
