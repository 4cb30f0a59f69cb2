import type { SourceEntry } from "../../tree/tree.js";
import type { PackedFile, PackForm } from "../pack.js";

/**
 * Files to read, hash and compress in one go: what one thread does before it asks for more. Can be sent to a thread.
 */
export interface PackJob {
  /** Absolute path of the pack that they go into; the names of its data files begin with it. */
  readonly pack: string;
  readonly form: PackForm;
  readonly files: readonly PackJobFile[];
}

export interface PackJobFile extends Pick<SourceEntry, "path" | "source"> {
  /** What the content must be, if it was read before. */
  readonly sha256?: string;
}

/** The content of one file, and where its bytes are now. */
export type PackedContent = Omit<PackedFile, "path" | "owner">;

/** A data file of a pack, as it was written. */
export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  /** Hex SHA-256. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Packs files in this thread, or in separate threads. The bytes of every file are the same. */
export interface Packer {
  /** How many jobs it is worth giving it at once. */
  readonly parallel: number;
  /** In the order of the files. Throws BAD_FILE when a file changed or went away, and what writing throws. */
  pack(job: PackJob): Promise<readonly PackedContent[]>;
  /** Ends the data files of a pack and says what they are. Called once for each pack, also after a failure. */
  finish(pack: string): Promise<readonly WrittenFile[]>;
}
